import Catalog
import Storage

/// Which models the collections maintain and serve, what is missing, and how far every instance is.
struct ModelsReport: Sendable, Encodable {
    struct Instance: Sendable, Encodable {
        let instance: String
        /// `no_embedder`, `failed`, `loading`, `ready`, or `unknown` where it has not told yet.
        let state: String
        /// Whether it answers with the model.
        let serves: Bool
        let appliedPosition: Int64
        let detail: String?
    }

    struct Model: Sendable, Encodable {
        let name: String
        let revision: String
        let dimension: Int
        let serving: Bool
        /// Items without a vector of their text, parked ones left out.
        let missing: Int
        /// Items whose text the model does not take.
        let parked: Int
        let instances: [Instance]
        /// Whether the collection could serve it now.
        let ready: Bool
    }

    struct Collection: Sendable, Encodable {
        let collection: String
        let models: [Model]
    }

    let collections: [Collection]
    /// Those that live.
    let instances: [String]

    static func read(_ database: Database) async throws -> ModelsReport {
        let live = try await GenerationStore(database: database).live()
        let models = try await ModelRegistry(database: database).collections()
        var collections: [Collection] = []
        for type in EngineItems.all {
            guard let own = models.first(where: { $0.collection == type.collection }) else { continue }
            collections.append(try await collection(type, own, live, database))
        }
        return ModelsReport(collections: collections, instances: live.map(\.name))
    }

    private static func collection<Item: EngineItem>(
        _: Item.Type, _ own: CollectionModels, _ live: [InstanceGenerations], _ database: Database
    ) async throws -> Collection {
        var models: [Model] = []
        for model in own.maintained {
            let counts = try await EmbeddingQueue<Item>(database: database, modelID: model.id).missingCounts()
            let isReady = live.allSatisfy { $0.report(of: model.id, in: own.collection)?.state == .ready }
            let instances = live.map { instance in
                let report = instance.report(of: model.id, in: own.collection)
                return Instance(
                    instance: instance.name, state: report?.state.rawValue ?? "unknown",
                    serves: report?.isServed ?? false, appliedPosition: report?.appliedPosition ?? 0,
                    detail: report?.detail)
            }
            models.append(
                Model(
                    name: model.name, revision: model.revision, dimension: model.dimension,
                    serving: model == own.serving, missing: counts.waiting, parked: counts.parked,
                    instances: instances, ready: counts.waiting == 0 && isReady))
        }
        return Collection(collection: own.collection.rawValue, models: models)
    }
}
