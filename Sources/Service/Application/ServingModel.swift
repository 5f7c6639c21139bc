import Catalog
import Embedding
import Logging
import Storage

/// Makes the embedder's model the one that a collection serves. Safe to run on several instances at once and to repeat.
///
/// A collection that serves the model already only has its missing vectors queued, so that the service starts though the
/// embedder does not work. One that serves another model is given every vector first, and then switches in one step.
struct ServingModel<Item: CatalogItem>: Sendable {
    private static var batchCountMax: Int { 500 }
    private static var takenSeconds: Double { 600 }

    let database: Database
    let embedder: any Embedder
    let logger: Logger

    /// - Parameter embedsAll: whether missing vectors are made now, in any case.
    /// - Returns: the model's row in `embedding_models`.
    func establish(embedsAll: Bool = false) async throws -> Int {
        let registry = ModelRegistry(database: database)
        let model = embedder.model
        let id = try await registry.register(name: model.name, revision: model.revision, dimension: model.dimension)
        let serving = try await registry.serving(Item.collection)
        if serving == nil { try await registry.serve(id, in: Item.collection) }
        let queue = EmbeddingQueue<Item>(database: database, modelID: id)
        let missing = try await queue.addMissing()
        if missing > 0 {
            logger.notice(
                "items lack a vector", metadata: ["collection": "\(Item.collection.rawValue)", "count": "\(missing)"])
        }
        guard embedsAll || (serving != nil && serving != id) else { return id }
        while true {
            let taken = try await queue.take(limit: Self.batchCountMax, seconds: Self.takenSeconds)
            if taken.isEmpty { break }
            try await queue.complete(taken, with: try await embedder.embed(taken.map(\.text)))
        }
        if serving != nil, serving != id {
            try await registry.serve(id, in: Item.collection)
            logger.notice(
                "a collection serves another model now",
                metadata: ["collection": "\(Item.collection.rawValue)", "model": "\(model)"])
        }
        return id
    }
}
