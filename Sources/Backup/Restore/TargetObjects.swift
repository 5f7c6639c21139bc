import Storage

/// What a database holds besides what every new one has.
enum TargetObjects {
    private static let shownMax = 5

    /// The first few tables, views, sequences, types and functions that no extension brought.
    static func list(in database: Database) async throws -> [String] {
        let rows = try await database.query(
            """
            SELECT name FROM (
                SELECT c.oid, 'pg_class'::regclass AS class, n.nspname, c.relname::text AS name
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
                UNION ALL
                SELECT p.oid, 'pg_proc'::regclass, n.nspname, p.proname::text
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                UNION ALL
                SELECT t.oid, 'pg_type'::regclass, n.nspname, t.typname::text
                FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r')
            ) AS objects
            WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'
                AND NOT EXISTS (
                    SELECT FROM pg_depend d
                    WHERE d.classid = objects.class AND d.objid = objects.oid AND d.deptype = 'e')
            ORDER BY name LIMIT \(Self.shownMax)
            """)
        return try rows.map { try $0["name"] }
    }

    /// Drops all of them: what a failed restore has left in a database that was empty.
    static func removeAll(in database: Database) async throws {
        _ = try await database.query(
            """
            DO $$
            DECLARE object record;
            BEGIN
                FOR object IN
                    SELECT c.relkind, format('%I.%I', n.nspname, c.relname) AS name
                    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
                        AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
                        AND NOT EXISTS (
                            SELECT FROM pg_depend d
                            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
                    -- An identity column's sequence goes with its table only.
                    ORDER BY c.relkind = 'S'
                LOOP
                    EXECUTE format('DROP %s IF EXISTS %s CASCADE', CASE object.relkind
                        WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                        WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, object.name);
                END LOOP;
                FOR object IN
                    SELECT p.oid::regprocedure::text AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                    WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
                        AND NOT EXISTS (
                            SELECT FROM pg_depend d
                            WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
                LOOP
                    EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', object.name);
                END LOOP;
                FOR object IN
                    SELECT format('%I.%I', n.nspname, t.typname) AS name
                    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                    WHERE t.typtype IN ('e', 'd', 'r')
                        AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
                        AND NOT EXISTS (
                            SELECT FROM pg_depend d
                            WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
                LOOP
                    EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', object.name);
                END LOOP;
            END
            $$
            """)
    }
}
