public import Foundation
public import Storage

/// How far an instance is with one model of a collection.
public struct GenerationReport: Sendable, Equatable {
    public enum State: String, Sendable, CaseIterable {
        /// The instance cannot compute vectors of the model.
        case noEmbedder = "no_embedder"
        /// The index could not be opened; `detail` says why.
        case failed
        case loading
        case ready
    }

    public let collection: CollectionName
    /// Its row in `embedding_models`.
    public let model: Int
    public let state: State
    /// Whether the instance answers with it.
    public let isServed: Bool
    public let appliedPosition: Int64
    public let detail: String?

    public init(
        collection: CollectionName, model: Int, state: State, isServed: Bool, appliedPosition: Int64, detail: String?
    ) {
        self.collection = collection
        self.model = model
        self.state = state
        self.isServed = isServed
        self.appliedPosition = appliedPosition
        self.detail = detail
    }
}

/// An instance that lives, and how far it is with every model.
public struct InstanceGenerations: Sendable, Equatable {
    public let id: UUID
    /// Its machine and port, and the beginning of its id, which tells apart those that share the rest.
    public let name: String
    public let generations: [GenerationReport]

    public func report(of model: Int, in collection: CollectionName) -> GenerationReport? {
        generations.first { $0.model == model && $0.collection == collection }
    }
}

/// How far each instance is with every model, as it told lately. An instance's rows go with its row in `instances`.
public struct GenerationStore: Sendable {
    private static let detailLengthMax = 1_000

    private let database: Database

    public init(database: Database) { self.database = database }

    /// Puts what an instance tells in the place of what it told before. Where it has no row in `instances` (yet, or any
    /// more), nothing is stored.
    public func report(_ instance: UUID, _ generations: [GenerationReport]) async throws {
        let collections = generations.map(\.collection.rawValue)
        let models = generations.map { Int32($0.model) }
        let states = generations.map(\.state.rawValue)
        let served = generations.map(\.isServed)
        let positions = generations.map(\.appliedPosition)
        // An array of texts cannot hold NULL: an empty one stands for none.
        let details = generations.map { report in
            String((report.detail ?? "").unicodeScalars.prefix(Self.detailLengthMax).map(Character.init))
        }
        try await database.withTransaction { transaction in
            let own = try await transaction.query("SELECT FROM instances WHERE id = \(instance) FOR KEY SHARE")
            guard own.count == 1 else { return }
            try await transaction.query("DELETE FROM instance_generations WHERE instance_id = \(instance)")
            try await transaction.query(
                """
                INSERT INTO instance_generations
                    (instance_id, collection, model_id, state, is_served, applied_position, detail)
                SELECT \(instance), r.collection, r.model_id, r.state, r.is_served, r.position, nullif(r.detail, '')
                FROM unnest(\(collections), \(models), \(states), \(served), \(positions), \(details))
                    AS r (collection, model_id, state, is_served, position, detail)
                """)
        }
    }

    /// The instances that live, in the order of their start.
    public func live() async throws -> [InstanceGenerations] {
        try Self.instances(try await database.query(Self.statement))
    }

    /// The same as a transaction sees them.
    public static func live(in transaction: Transaction) async throws -> [InstanceGenerations] {
        try instances(try await transaction.query(statement))
    }

    private static var statement: Statement {
        """
        SELECT i.id, i.host, g.collection, g.model_id, g.state, g.is_served, g.applied_position, g.detail
        FROM instances i LEFT JOIN instance_generations g ON g.instance_id = i.id
        WHERE i.seen_at >= now() - make_interval(secs => \(InstanceStore.silenceSecondsMax))
        ORDER BY i.started_at, i.id, g.collection, g.model_id
        """
    }

    private static func instances(_ rows: Rows) throws -> [InstanceGenerations] {
        var found: [InstanceGenerations] = []
        for row in rows {
            let id = try row.decode("id", as: UUID.self)
            let name = "\(try row.decode("host", as: String.self)) (\(id.uuidString.lowercased().prefix(8)))"
            var reports = found.last?.id == id ? found.removeLast().generations : []
            if let collection = try row.decode("collection", as: String?.self).flatMap(CollectionName.init) {
                reports.append(
                    GenerationReport(
                        collection: collection, model: Int(try row.decode("model_id", as: Int32.self)),
                        state: try row.choice("state"), isServed: try row.decode("is_served", as: Bool.self),
                        appliedPosition: try row.decode("applied_position", as: Int64.self),
                        detail: try row.decode("detail", as: String?.self)))
            }
            found.append(InstanceGenerations(id: id, name: name, generations: reports))
        }
        return found
    }
}
