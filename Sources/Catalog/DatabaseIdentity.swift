public import Foundation
public import Storage

/// Tells one database from another: positions and files of one mean nothing in another. A restored database has a new
/// one.
public struct DatabaseIdentity: Sendable, Equatable {
    public let id: UUID

    /// - Throws: `PostgresError`
    public static func read(_ database: Database) async throws -> DatabaseIdentity {
        let rows = try await database.query("SELECT id FROM database_identity")
        guard let row = rows.first else { preconditionFailure("the table of the database's identity has no row") }
        return DatabaseIdentity(id: try row.decode("id", as: UUID.self))
    }
}
