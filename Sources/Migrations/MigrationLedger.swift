import Foundation
import Storage

/// The table `schema_migrations`: which migrations a database has.
///
/// A row without `applied_at` stands for a migration without transaction that has begun and not ended.
struct MigrationLedger {
    struct Entry {
        let version: Int
        let name: String
        let checksum: String
        let appliedAt: Date?
        let durationSeconds: Double?
    }

    /// What a migration's statements and the ledger's own run on.
    typealias Run = nonisolated(nonsending) (Statement) async throws -> Rows

    static func exists(_ run: Run) async throws -> Bool {
        let rows = try await run("SELECT to_regclass('schema_migrations') IS NOT NULL AS present")
        guard let row = rows.first else { preconditionFailure("SELECT without FROM returns a row") }
        return try row["present"]
    }

    static func create(_ run: Run) async throws {
        _ = try await run(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                version integer PRIMARY KEY,
                name text NOT NULL,
                checksum text NOT NULL,
                applied_at timestamptz,
                duration_ms integer
            )
            """)
    }

    /// By version; empty where there is no table yet.
    static func entries(_ run: Run) async throws -> [Entry] {
        guard try await exists(run) else { return [] }
        let rows = try await run(
            "SELECT version, name, checksum, applied_at, duration_ms FROM schema_migrations ORDER BY version")
        return try rows.map { row in
            Entry(
                version: try row["version"], name: try row["name"], checksum: try row["checksum"],
                appliedAt: try row["applied_at"],
                durationSeconds: try row.decode("duration_ms", as: Int?.self).map { Double($0) / 1_000 })
        }
    }

    /// Notes that a migration without transaction begins, forwards or backwards.
    static func begin(_ migration: Migration, _ run: Run) async throws {
        _ = try await run(
            """
            INSERT INTO schema_migrations (version, name, checksum)
            VALUES (\(Int32(migration.version)), \(migration.name), \(migration.checksum))
            ON CONFLICT (version) DO UPDATE SET applied_at = NULL
            """)
    }

    static func recordApplied(_ migration: Migration, took duration: Duration, _ run: Run) async throws {
        let milliseconds = Int32(
            clamping: duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000)
        _ = try await run(
            """
            INSERT INTO schema_migrations (version, name, checksum, applied_at, duration_ms)
            VALUES (\(Int32(migration.version)), \(migration.name), \(migration.checksum), now(), \(milliseconds))
            ON CONFLICT (version) DO UPDATE SET applied_at = EXCLUDED.applied_at, duration_ms = EXCLUDED.duration_ms
            """)
    }

    static func recordReverted(_ migration: Migration, _ run: Run) async throws {
        _ = try await run("DELETE FROM schema_migrations WHERE version = \(Int32(migration.version))")
    }
}
