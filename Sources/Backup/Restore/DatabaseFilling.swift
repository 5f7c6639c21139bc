import Foundation
import Logging
import Storage

/// Puts an archive's rows into a database and compares what is there then.
struct DatabaseFilling: Sendable {
    let reader: ArchiveReader
    let snapshot: DatabaseSnapshot
    let key: BackupKey?
    let program: PostgresProgram
    let server: DatabaseConfiguration
    let logger: Logger

    /// Fills a database that is there. What fails leaves it empty again.
    /// - Parameter owner: the role that everything will belong to.
    /// - Returns: the new identity.
    /// - Throws: `BackupError.targetNotEmpty`, before anything is changed; what `fill` throws.
    func fillEmpty(_ name: String, owner: String, _ administration: DatabaseAdministration) async throws -> UUID? {
        let objects = try await withDatabase(name) { try await TargetObjects.list(in: $0) }
        guard objects.isEmpty else { throw BackupError.targetNotEmpty(database: name, objects: objects) }
        do {
            return try await fill(name, owner: owner)
        } catch {
            // A cancelled task could not wait for the server.
            let failure = await Task {
                // What pg_restore had under way is committed or rolled back when its session has ended.
                try await administration.requireUnused(name)
                try await withDatabase(name) { try await TargetObjects.removeAll(in: $0) }
            }.result
            if case .failure(let left) = failure {
                logger.warning("the database \(name) could not be emptied", metadata: ["error": "\(left)"])
            }
            throw error
        }
    }

    /// Fills a new database, compares it with the archive, gives it a new identity and its statistics.
    /// - Returns: the identity; nil for a schema without one.
    /// - Throws: `BackupError.programFailed`, `.differs`.
    func fill(_ name: String, owner: String?) async throws -> UUID? {
        let role = try await otherRole(owner, name)
        let arguments = [
            "--exit-on-error", "--single-transaction", "--no-owner", "--no-acl", "--no-password", "--dbname=\(name)",
        ]
        try await program.feed(arguments + (role.map { ["--role=\($0)"] } ?? [])) { send in
            try reader.read(part: ArchiveEnvelope.dumpPart, key: key) { data in
                try BackgroundThread.checkCancellation()
                try send(data)
            }
        }
        return try await withDatabase(name) { database in
            try await compare(database)
            let identity = try await renewIdentity(database)
            try await database.withConnection { connection in
                if let role { try await connection.query("SELECT set_config('role', \(role), false)") }
                defer { connection.retire() }
                try await connection.query("ANALYZE", timeoutSeconds: 0)
            }
            return identity
        }
    }

    /// nil where the connected role is the owner already.
    private func otherRole(_ owner: String?, _ name: String) async throws -> String? {
        guard let owner else { return nil }
        let current: String? = try await withDatabase(name) {
            try await $0.query("SELECT current_user::text AS name").first?.decode("name")
        }
        return current == owner ? nil : owner
    }

    private func compare(_ database: Database) async throws {
        let (tables, migrations, identity) = try await database.withTransaction(
            isolation: .repeatableRead, readOnly: true
        ) { transaction in
            let migrations = try await DatabaseSnapshot.migrations(transaction)
            let identity = try await DatabaseSnapshot.identity(transaction)
            return (try await TableFingerprint.all(in: transaction), migrations, identity)
        }
        var differences = TableFingerprint.differences(expected: snapshot.tables, found: tables)
        if migrations != snapshot.migrations { differences.append("the applied migrations differ") }
        if identity != snapshot.identity { differences.append("the identity differs before it is renewed") }
        guard differences.isEmpty else { throw BackupError.differs(differences) }
    }

    private func renewIdentity(_ database: Database) async throws -> UUID? {
        guard snapshot.identity != nil else { return nil }
        return try await database.query("UPDATE database_identity SET id = gen_random_uuid() RETURNING id")
            .first?.decode("id")
    }

    private nonisolated(nonsending) func withDatabase<Value>(
        _ name: String, _ body: nonisolated(nonsending) (Database) async throws -> Value
    ) async throws -> Value {
        try await Database.opened(server.connecting(to: name), logger: logger, body)
    }
}
