public import Storage

/// Which embedding models the database knows, which of them each collection maintains, and which one it serves.
public struct ModelRegistry: Sendable {
    /// Announced on `ChangeLog.channel` when a collection's models change.
    public static let announcement = "models"

    private let database: Database

    public init(database: Database) { self.database = database }

    /// The id of a model, which is added if it is not known.
    public func register(name: String, revision: String, dimension: Int) async throws -> Int {
        try await database.withTransaction { transaction in
            try await transaction.query(
                """
                INSERT INTO embedding_models (name, revision, dimension)
                VALUES (\(name), \(revision), \(Int32(dimension)))
                ON CONFLICT (name, revision, dimension) DO NOTHING
                """)
            let rows = try await transaction.query(
                """
                SELECT id FROM embedding_models
                WHERE name = \(name) AND revision = \(revision) AND dimension = \(Int32(dimension))
                """)
            guard let row = rows.first else { preconditionFailure("the model was stored in this transaction") }
            return Int(try row.decode("id", as: Int32.self))
        }
    }

    /// The models of every collection, in alphabetical order of the collections.
    public func collections() async throws -> [CollectionModels] {
        let rows = try await database.query(
            """
            SELECT c.name AS collection, c.model_id = m.id AS is_served, m.id, m.name, m.revision, m.dimension
            FROM collections c JOIN collection_models k ON k.collection = c.name
                JOIN embedding_models m ON m.id = k.model_id
            ORDER BY k.added_at, m.id
            """)
        var maintained: [CollectionName: [RegisteredModel]] = [:]
        var served: [CollectionName: RegisteredModel] = [:]
        for row in rows {
            guard let name = CollectionName(rawValue: try row.decode("collection", as: String.self)) else { continue }
            let model = try RegisteredModel(row: row)
            maintained[name, default: []].append(model)
            if try row.decode("is_served", as: Bool?.self) ?? false { served[name] = model }
        }
        return CollectionName.allCases.sorted().map { name in
            CollectionModels(collection: name, serving: served[name], maintained: maintained[name] ?? [])
        }
    }

    /// Every model that the database knows, whether a collection maintains it or not.
    public func known() async throws -> [RegisteredModel] {
        try await database.query("SELECT id, name, revision, dimension FROM embedding_models ORDER BY id")
            .map(RegisteredModel.init(row:))
    }

    /// The models of one collection.
    public func models(of collection: CollectionName) async throws -> CollectionModels {
        guard let found = try await collections().first(where: { $0.collection == collection }) else {
            preconditionFailure("every collection is listed")
        }
        return found
    }

    /// The model whose vectors the collection serves; nil before the first.
    public func serving(_ collection: CollectionName) async throws -> Int? {
        let rows = try await database.query("SELECT model_id FROM collections WHERE name = \(collection.rawValue)")
        return try rows.first.flatMap { try $0.decode("model_id", as: Int32?.self) }.map(Int.init)
    }

    /// Has every write keep up the vectors of `model` from now on; those that are missing are not queued by this.
    /// - Returns: whether it was not so before.
    @discardableResult
    public func maintain(_ model: Int, in collection: CollectionName) async throws -> Bool {
        try await database.withTransaction { transaction in
            try await ModelLock.exclude(collection, in: transaction)
            return try await Self.add(model, to: collection, in: transaction)
        }
    }

    /// Makes `model` the one that the collection serves, where it serves none yet; otherwise changes nothing.
    /// - Returns: the model that it serves now.
    public func serveFirst(_ model: Int, in collection: CollectionName) async throws -> Int {
        try await database.withTransaction { transaction in
            try await ModelLock.exclude(collection, in: transaction)
            if let serving = try await Self.served(collection, in: transaction) { return serving }
            try await Self.add(model, to: collection, in: transaction)
            try await Self.setServed(model, in: collection, in: transaction)
            return model
        }
    }

    /// Makes `model` the one that the collection serves, without a look at its vectors.
    public func serve(_ model: Int, in collection: CollectionName) async throws {
        try await database.withTransaction { transaction in
            try await ModelLock.exclude(collection, in: transaction)
            try await Self.add(model, to: collection, in: transaction)
            try await Self.setServed(model, in: collection, in: transaction)
        }
    }

    /// Makes `model` the one that several collections serve, in one transaction, in which nobody writes to them.
    ///
    /// - Parameter check: looks at each collection before, in the same transaction, and throws where it must not be.
    /// - Throws: `CatalogError.notMaintained`, and what `check` throws; nothing is changed then.
    public func `switch`(
        to model: Int, in collections: [CollectionName],
        check: @Sendable (CollectionName, Transaction) async throws -> Void
    ) async throws {
        try await database.withTransaction { transaction in
            for collection in collections.sorted() { try await ModelLock.exclude(collection, in: transaction) }
            for collection in collections.sorted() {
                let maintained = try await Self.maintained(collection, in: transaction)
                guard maintained.contains(model) else {
                    throw CatalogError.notMaintained(collection: collection.rawValue, model: model)
                }
                try await check(collection, transaction)
                try await Self.setServed(model, in: collection, in: transaction)
            }
        }
    }

    /// Stops keeping up the vectors of `model`; they are there still, see `deleteVectors`. What waits to be embedded in
    /// it is taken off the queue.
    /// - Throws: `CatalogError.modelServed`.
    public func stopMaintaining(_ model: Int, in collection: CollectionName) async throws {
        try await database.withTransaction { transaction in
            try await ModelLock.exclude(collection, in: transaction)
            guard try await Self.served(collection, in: transaction) != model else {
                throw CatalogError.modelServed(collection: collection.rawValue, model: model)
            }
            try await transaction.query(
                "DELETE FROM collection_models WHERE collection = \(collection.rawValue) AND model_id = \(Int32(model))"
            )
            try await transaction.query(
                "DELETE FROM pending_embeddings WHERE collection = \(collection.rawValue) AND model_id = \(Int32(model))"
            )
            try await Self.announce(in: transaction)
        }
    }

    /// Deletes up to `limit` vectors of a model that is not maintained any more.
    /// - Returns: how many; 0 when there is none left, or when it is maintained.
    public func deleteVectors(of model: Int, in collection: CollectionName, limit: Int) async throws -> Int {
        try await database.withTransaction { transaction in
            try await ModelLock.share(collection, in: transaction)
            return try await transaction.execute(
                """
                DELETE FROM vectors WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM vectors v
                    WHERE v.collection = \(collection.rawValue) AND v.model_id = \(Int32(model)) AND NOT EXISTS (
                        SELECT FROM collection_models k WHERE k.collection = v.collection AND k.model_id = v.model_id)
                    LIMIT \(Int64(limit))))
                """)
        }
    }

    /// The models that a collection maintains. The transaction must hold `ModelLock`.
    static func maintained(_ collection: CollectionName, in transaction: Transaction) async throws -> [Int] {
        let rows = try await transaction.query(
            "SELECT model_id FROM collection_models WHERE collection = \(collection.rawValue) ORDER BY added_at, model_id"
        )
        return try rows.map { Int(try $0.decode("model_id", as: Int32.self)) }
    }

    @discardableResult
    private static func add(_ model: Int, to collection: CollectionName, in transaction: Transaction) async throws
        -> Bool
    {
        let added = try await transaction.execute(
            """
            INSERT INTO collection_models (collection, model_id) VALUES (\(collection.rawValue), \(Int32(model)))
            ON CONFLICT (collection, model_id) DO NOTHING
            """)
        if added > 0 { try await announce(in: transaction) }
        return added > 0
    }

    private static func served(_ collection: CollectionName, in transaction: Transaction) async throws -> Int? {
        let rows = try await transaction.query(
            "SELECT model_id FROM collections WHERE name = \(collection.rawValue) FOR UPDATE")
        return try rows.first.flatMap { try $0.decode("model_id", as: Int32?.self) }.map(Int.init)
    }

    private static func setServed(
        _ model: Int, in collection: CollectionName, in transaction: Transaction
    ) async throws {
        try await transaction.query(
            "UPDATE collections SET model_id = \(Int32(model)) WHERE name = \(collection.rawValue)")
        try await announce(in: transaction)
    }

    private static func announce(in transaction: Transaction) async throws {
        try await transaction.query("SELECT pg_notify(\(ChangeLog.channel), \(announcement)) IS NULL")
    }
}
