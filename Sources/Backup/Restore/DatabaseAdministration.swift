import Foundation
import Logging
import Storage

/// Makes, renames and drops databases, from a connection to the database `postgres`.
struct DatabaseAdministration: Sendable {
    private static let maintenanceDatabase = "postgres"
    /// Statements here wait for other sessions at most this long.
    private static let lockWaitMilliseconds = 10_000
    private static let endingSessionsPolls = 30
    private static let endingSessionsPollMilliseconds = 100

    private let database: Database

    init(_ configuration: DatabaseConfiguration, logger: Logger) {
        database = Database(configuration: configuration.connecting(to: Self.maintenanceDatabase), logger: logger)
    }

    func shutdown() async { await database.shutdown() }

    func server() async throws -> DatabaseSnapshot.Server {
        try await database.withTransaction(readOnly: true) { try await DatabaseSnapshot.server($0) }
    }

    /// nil where there is no such database.
    func owner(of name: String) async throws -> String? {
        try await database.query(
            "SELECT pg_get_userbyid(datdba)::text AS owner FROM pg_database WHERE datname = \(name)"
        ).first?.decode("owner")
    }

    /// - Throws: `BackupError.notAllowed`.
    func requireCreation() async throws {
        let rows = try await database.query(
            "SELECT rolname::text AS name, rolcreatedb OR rolsuper AS may FROM pg_roles WHERE rolname = current_user")
        guard let row = rows.first else { preconditionFailure("the connected role is listed") }
        guard try row["may"] else { throw BackupError.notAllowed(role: try row["name"], needs: "CREATEDB") }
    }

    /// Tells who is connected, such as `greenroom (process 4711)`.
    func sessions(in name: String) async throws -> [String] {
        let rows = try await database.query(
            """
            SELECT coalesce(nullif(application_name, ''), 'a client') || ' (process ' || pid || ')' AS session
            FROM pg_stat_activity
            WHERE datname = \(name) AND backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY pid LIMIT 20
            """)
        return try rows.map { try $0["session"] }
    }

    /// Waits a few seconds for sessions that are just ending.
    /// - Throws: `BackupError.targetInUse`.
    func requireUnused(_ name: String) async throws {
        var sessions = try await sessions(in: name)
        for _ in 0..<Self.endingSessionsPolls where !sessions.isEmpty {
            try await Task.sleep(for: .milliseconds(Self.endingSessionsPollMilliseconds))
            sessions = try await self.sessions(in: name)
        }
        guard sessions.isEmpty else { throw BackupError.targetInUse(database: name, sessions: sessions) }
    }

    func create(_ name: String, owner: String?, encoding: String) async throws {
        let ownership = owner.map { " OWNER " + Self.quoted($0) } ?? ""
        // The encoding is a name that the server gave; quoted as a literal all the same.
        let encoding = encoding.replacingOccurrences(of: "'", with: "''")
        _ = try await database.query(
            Statement(
                trustedSQL:
                    "CREATE DATABASE \(Self.quoted(name))\(ownership) TEMPLATE template0 ENCODING '\(encoding)'"))
    }

    /// Gives a database the name of another one, which is set aside where `aside` names it; both or neither.
    func rename(_ name: String, to target: String, aside: String?) async throws {
        try await database.withTransaction { transaction in
            try await transaction.setLocal("lock_timeout", String(Self.lockWaitMilliseconds))
            if let aside {
                try await transaction.query(Self.renaming(target, to: aside))
            }
            try await transaction.query(Self.renaming(name, to: target))
        }
    }

    /// Ends the sessions in it and drops it.
    func drop(_ name: String) async throws {
        _ = try await database.query(
            Statement(trustedSQL: "DROP DATABASE IF EXISTS \(Self.quoted(name)) WITH (FORCE)"))
    }

    private static func renaming(_ name: String, to target: String) -> Statement {
        Statement(trustedSQL: "ALTER DATABASE \(quoted(name)) RENAME TO \(quoted(target))")
    }

    private static func quoted(_ name: String) -> String {
        "\"" + name.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
