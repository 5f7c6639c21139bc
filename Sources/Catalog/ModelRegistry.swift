public import Storage

/// Which embedding models the database knows, and which one each collection serves.
public struct ModelRegistry: Sendable {
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

    /// The model whose vectors the collection serves; nil before the first.
    public func serving(_ collection: CollectionName) async throws -> Int? {
        let rows = try await database.query("SELECT model_id FROM collections WHERE name = \(collection.rawValue)")
        return try rows.first.flatMap { try $0.decode("model_id", as: Int32?.self) }.map(Int.init)
    }

    /// Makes `model` the one that the collection serves, whose vectors must all be there.
    public func serve(_ model: Int, in collection: CollectionName) async throws {
        _ = try await database.query(
            "UPDATE collections SET model_id = \(Int32(model)) WHERE name = \(collection.rawValue)")
    }
}
