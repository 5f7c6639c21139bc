import Catalog
import Storage

/// Has collections serve another model, in one step.
///
/// In the transaction that switches nobody writes to the collections, and it looks once more: every live instance holds
/// a generation of the model that has caught up, and no item lacks a vector. The instances see the switch within
/// moments, each in one step of its own.
struct ModelSwitch: Sendable {
    /// Why a collection cannot serve a model yet.
    enum Obstacle: Error, Equatable, CustomStringConvertible {
        case missing(CollectionName, count: Int)
        case parked(CollectionName, count: Int)
        /// By name, with what they said of themselves.
        case notReady(CollectionName, [String])

        var description: String {
            switch self {
            case .missing(let name, let count): "\(name.rawValue): \(count) texts have no vector yet"
            case .parked(let name, let count):
                "\(name.rawValue): the model does not take \(count) texts, which would not be found: change or remove "
                    + "them (GET /api/v1/admin/models and the log tell why), or leave them out with --leave-parked"
            case .notReady(let name, let instances):
                "\(name.rawValue): not every instance has the model ready: \(instances.joined(separator: "; "))"
            }
        }

        /// Whether time alone can remove it.
        var isPassing: Bool { if case .parked = self { false } else { true } }
    }

    let database: Database
    let model: RegisteredModel
    let collections: [CollectionName]
    let leavesParked: Bool

    /// What stands in the way at present, of the first collection that has something.
    func obstacle() async throws -> Obstacle? {
        try await database.withTransaction(readOnly: true) { transaction in
            do {
                for collection in collections { try await check(collection, transaction) }
                return nil
            } catch let obstacle as Obstacle {
                return obstacle
            }
        }
    }

    /// - Throws: `Obstacle`, and nothing is switched then; `CatalogError.notMaintained`.
    func run() async throws {
        // What can be seen without keeping writers waiting is looked at first.
        if let obstacle = try await obstacle() { throw obstacle }
        try await ModelRegistry(database: database).switch(to: model.id, in: collections) { collection, transaction in
            try await check(collection, transaction)
        }
    }

    private func check(_ collection: CollectionName, _ transaction: Transaction) async throws {
        guard let type = EngineItems.type(of: collection) else { return }
        let late = try await GenerationStore.live(in: transaction).compactMap { instance -> String? in
            let report = instance.report(of: model.id, in: collection)
            if report?.state == .ready { return nil }
            let detail = report?.detail.map { " (\($0))" } ?? ""
            return "\(instance.name): \(report?.state.rawValue ?? "not told yet")\(detail)"
        }
        if !late.isEmpty { throw Obstacle.notReady(collection, late) }
        let counts = try await counts(type, transaction)
        if counts.waiting > 0 { throw Obstacle.missing(collection, count: counts.waiting) }
        if counts.parked > 0, !leavesParked { throw Obstacle.parked(collection, count: counts.parked) }
    }

    private func counts<Item: EngineItem>(
        _: Item.Type, _ transaction: Transaction
    ) async throws -> (waiting: Int, parked: Int) {
        let queue = EmbeddingQueue<Item>(database: database, modelID: model.id)
        let counts = try await queue.missingCounts(in: transaction)
        return (counts.waiting, counts.parked)
    }
}
