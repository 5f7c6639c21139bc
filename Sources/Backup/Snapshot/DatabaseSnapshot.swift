public import Foundation
import Migrations
import Storage

/// What a database held at one moment: the part `snapshot.json` of an archive, and what a restore is held to.
public struct DatabaseSnapshot: Codable, Sendable, Equatable {
    public struct Server: Codable, Sendable, Equatable {
        /// As the server writes it, such as `15.18`.
        public let version: String
        public let major: Int
        public let database: String
        public let encoding: String
    }

    public struct AppliedMigration: Codable, Sendable, Equatable {
        public let version: Int
        public let name: String
        public let checksum: String
    }

    /// A collection's place in its log of changes.
    public struct Position: Codable, Sendable, Equatable {
        public let collection: String
        public let headPosition: Int64
    }

    public let server: Server
    /// nil for a schema older than the identity.
    public let identity: UUID?
    public let migrations: [AppliedMigration]
    public let positions: [Position]
    public let tables: [TableFingerprint]
    /// The settings in force, secrets as asterisks.
    public let configuration: [String: String]

    /// Reads it as the transaction sees it.
    static func read(
        in transaction: Transaction, configuration: [String: String]
    ) async throws -> DatabaseSnapshot {
        let server = try await server(transaction)
        // Before the fingerprints, which leave no search path.
        let migrations = try await migrations(transaction)
        let identity = try await identity(transaction)
        let positions = try await positions(transaction)
        return DatabaseSnapshot(
            server: server, identity: identity, migrations: migrations, positions: positions,
            tables: try await TableFingerprint.all(in: transaction), configuration: configuration)
    }

    static func server(_ transaction: Transaction) async throws -> Server {
        let rows = try await transaction.query(
            """
            SELECT current_setting('server_version') AS version, current_setting('server_version_num')::integer AS number,
                current_database()::text AS database, pg_encoding_to_char(encoding)::text AS encoding
            FROM pg_database WHERE datname = current_database()
            """)
        guard let row = rows.first else { preconditionFailure("the connected database is listed") }
        let number: Int32 = try row["number"]
        let version: String = try row["version"]
        return Server(
            version: String(version.prefix { $0 != " " }), major: Int(number) / 10_000, database: try row["database"],
            encoding: try row["encoding"])
    }

    static func migrations(_ transaction: Transaction) async throws -> [AppliedMigration] {
        guard try await exists("schema_migrations", transaction) else { return [] }
        let rows = try await transaction.query(
            """
            SELECT version, name, checksum FROM schema_migrations WHERE applied_at IS NOT NULL ORDER BY version
            """)
        return try rows.map { row in
            AppliedMigration(
                version: Int(try row.decode("version", as: Int32.self)), name: try row["name"],
                checksum: try row["checksum"])
        }
    }

    static func identity(_ transaction: Transaction) async throws -> UUID? {
        guard try await exists("database_identity", transaction) else { return nil }
        return try await transaction.query("SELECT id FROM database_identity").first?.decode("id")
    }

    private static func positions(_ transaction: Transaction) async throws -> [Position] {
        guard try await exists("collections", transaction) else { return [] }
        let rows = try await transaction.query("SELECT name, head_position FROM collections ORDER BY name")
        return try rows.map { Position(collection: try $0["name"], headPosition: try $0["head_position"]) }
    }

    private static func exists(_ table: String, _ transaction: Transaction) async throws -> Bool {
        let rows = try await transaction.query("SELECT to_regclass(\(table)) IS NOT NULL AS present")
        return try rows.first?.decode("present") ?? false
    }

    /// Fails where the schema is not a beginning of the program's: a restored database must be one that it can run on.
    /// - Returns: the migrations that the restored database will lack.
    func checkMigrations(against shipped: [Migration]) throws -> Int {
        for migration in migrations {
            guard let known = shipped.first(where: { $0.version == migration.version }) else {
                throw BackupError.schema(
                    reason: "the backup has migration \(migration.version) \(migration.name), which this program does "
                        + "not know: restore with the version that made the backup, or a newer one")
            }
            guard known.checksum == migration.checksum else {
                throw BackupError.schema(
                    reason: "migration \(migration.version) \(migration.name) of the backup has another text than this "
                        + "program's: restore with the version that made the backup")
            }
        }
        return shipped.count - migrations.count
    }
}
