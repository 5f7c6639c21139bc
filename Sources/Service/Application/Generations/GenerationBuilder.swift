import Catalog
import Embedding
import Logging
import Storage
import VectorCollections
import Workers

/// Makes generations: opens a collection for a model, with what follows the log into it.
struct GenerationBuilder: Sendable {
    let database: Database
    let embedders: InstanceEmbedders
    let opening: CollectionOpening
    /// Of the database that this instance began with.
    let identity: DatabaseIdentity
    let signal: ChangeSignal
    let logger: Logger

    /// Every collection with the generation that it begins with: that of the model it serves. A collection that serves
    /// none yet is given the model of a fresh database.
    /// - Throws: `MissingEmbedderError` where this instance cannot compute a served model.
    func collections() async throws -> [ServedCollection] {
        var made: [ServedCollection] = []
        for type in EngineItems.all { made.append(ServedCollection(type.collection, try await first(type))) }
        return made
    }

    private func first<Item: EngineItem>(_: Item.Type) async throws -> Generation {
        let name = Item.collection
        let model = try await Self.served(name, by: embedders, database)
        let missing = try await EmbeddingQueue<Item>(database: database, modelID: model.id).addMissing()
        if missing > 0 {
            logger.notice(
                "items lack a vector", metadata: ["collection": "\(name.rawValue)", "count": "\(missing)"])
        }
        guard let generation = try await build(name, model) else {
            throw MissingEmbedderError(collection: name, model: model, models: embedders.models)
        }
        if generation.model != embedders.first {
            logger.notice(
                "a collection serves another model than the settings name for a fresh database",
                metadata: [
                    "collection": "\(name.rawValue)", "serves": "\(model)", "settings": "\(embedders.first)",
                ])
        }
        return generation
    }

    /// The model that a collection serves. Where it serves none yet, it serves from now on what another one serves, or in
    /// a fresh database what the settings name.
    static func served(
        _ name: CollectionName, by embedders: InstanceEmbedders, _ database: Database
    ) async throws -> RegisteredModel {
        let registry = ModelRegistry(database: database)
        let collections = try await registry.collections()
        if let serving = collections.first(where: { $0.collection == name })?.serving { return serving }
        let others = collections.compactMap(\.serving).map(EmbeddingModel.init)
        let first = others.first(where: embedders.models.contains) ?? embedders.first
        // A model that cannot be made must not become the one that is served.
        _ = try embedders.embedder(of: first)
        let id = try await registry.register(name: first.name, revision: first.revision, dimension: first.dimension)
        _ = try await registry.serveFirst(id, in: name)
        guard let serving = try await registry.models(of: name).serving else {
            preconditionFailure("a collection that serves a model serves one for ever")
        }
        return serving
    }

    /// - Returns: nil where this instance cannot compute the model.
    func build(_ name: CollectionName, _ model: RegisteredModel) async throws -> Generation? {
        guard let type = EngineItems.type(of: name) else { return nil }
        let head = try await ChangeLog(database: database).head(of: name)
        // Weights and files are read on a thread that may be kept waiting.
        return try await opening.workers.run { [self] in
            guard let made = try embedders.embedder(of: model) else { return nil }
            let collection = try opening.open(name, model: made.source.model, modelID: model.id, head: head)
            return Generation(
                modelID: model.id, embedders: made, collection: collection,
                follower: follower(type, collection, model.id))
        }
    }

    private func follower<Item: EngineItem>(
        _: Item.Type, _ collection: VectorCollections.Collection, _ modelID: Int
    ) -> Follower {
        Follower(
            collection: collection,
            source: CatalogChangeSource<Item>(
                database: database, identity: identity, modelID: modelID, signal: signal),
            logger: logger)
    }
}
