import Backup
import Foundation
import Logging
import Migrations
import Storage

/// A migrated database of its own on the server that DATABASE_URL names, which is dropped afterwards.
enum ThrowawayDatabase {
    /// - Parameter purpose: becomes part of its name, `greenroom_PURPOSE_…`.
    /// - Throws: `PostgresError` where the role may not make databases; what `body` throws.
    static nonisolated(nonsending) func with<Value>(
        _ purpose: String, server: DatabaseConfiguration, logger: Logger,
        _ body: nonisolated(nonsending) (Database) async throws -> Value
    ) async throws -> Value {
        let name = "greenroom_\(purpose)_\(UUID().uuidString.prefix(8).lowercased())"
        // A name of letters, digits and underscores needs no quotes.
        try await Database.opened(server, logger: logger) {
            _ = try await $0.query(Statement(trustedSQL: "CREATE DATABASE \(name) TEMPLATE template0"))
        }
        let result: Result<Value, any Error>
        do {
            result = .success(
                try await Database.opened(server.connecting(to: name), logger: logger) { database in
                    try await Migrator(database: database, migrations: Migration.shipped, logger: logger).up()
                    return try await body(database)
                })
        } catch {
            result = .failure(error)
        }
        do {
            try await Database.opened(server, logger: logger) {
                _ = try await $0.query(Statement(trustedSQL: "DROP DATABASE IF EXISTS \(name) WITH (FORCE)"))
            }
        } catch {
            CommandOutput.note("the database \(name) stays: \(error)")
        }
        return try result.get()
    }
}
