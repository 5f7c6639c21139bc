import Catalog
import Embedding
import Logging
import Storage
import VectorCollections
import Workers

/// Opens a collection of questions as an instance does at its start, and has it catch up with the log.
struct CaughtUpCollection: Sendable {
    private static let waitSeconds = 600.0

    let database: Database
    let opening: CollectionOpening
    let model: EmbeddingModel
    /// The model's row in the database.
    let modelID: Int
    let logger: Logger

    /// - Returns: a collection that has everything acknowledged before the call, and that nothing follows the log into.
    func open() async throws -> VectorCollections.Collection {
        let signal = ChangeSignal(database: database)
        let identity = try await DatabaseIdentity.read(database)
        let head = try await ChangeLog(database: database).head(of: .questions)
        let collection = try await opening.workers.run {
            try opening.open(.questions, model: model, modelID: modelID, head: head)
        }
        let follower = Follower(
            collection: collection,
            source: CatalogChangeSource<Question>(
                database: database, identity: identity, modelID: modelID, signal: signal), logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await follower.run() }
            try await follower.waitUntilApplied(Position(head), timeoutSeconds: Self.waitSeconds)
            group.cancelAll()
            do {
                while try await group.next() != nil {}
            } catch is CancellationError {
                // As was asked of it.
            }
        }
        return collection
    }
}
