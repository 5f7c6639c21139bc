import Backup
import Catalog
import Foundation
import Logging
import Storage

/// Carries erasures that came after a backup over into the database that was restored from it, where the next start of the
/// service applies them again.
struct RestoredErasures: Sendable {
    /// What `greenroom restore` tells.
    enum Outcome: Sendable, Equatable {
        /// So many are in the ledger now that the backup did not know.
        case added(Int)
        /// The restored schema is older than the ledger: the file says what the service takes in once it is migrated.
        case later(Int)

        var count: Int {
            switch self {
            case .added(let count), .later(let count): count
            }
        }
    }

    let server: DatabaseConfiguration
    let logger: Logger

    /// - Parameters:
    ///   - name: the restored database.
    ///   - kept: the name that the replaced one has now.
    ///   - folder: that of the archive.
    func carryOver(into name: String, kept: String?, folder: String) async throws -> Outcome {
        let file = ErasureFile(folder: folder)
        if let kept { try await save(of: kept, in: file) }
        let entries = try await file.entries()
        return try await with(name) { database in
            let ledger = ErasureLedger(database: database)
            guard try await ledger.exists() else { return .later(entries.count) }
            return .added(try await ledger.add(entries))
        }
    }

    /// The replaced database may be dropped by hand soon.
    private func save(of name: String, in file: ErasureFile) async throws {
        let entries = try await with(name) { database in
            let ledger = ErasureLedger(database: database)
            return try await ledger.exists() ? try await ledger.entries() : []
        }
        if !entries.isEmpty { try await file.add(entries) }
    }

    private nonisolated(nonsending) func with<Value>(
        _ name: String, _ body: nonisolated(nonsending) (Database) async throws -> Value
    ) async throws -> Value {
        try await Database.opened(server.connecting(to: name), logger: logger, body)
    }
}
