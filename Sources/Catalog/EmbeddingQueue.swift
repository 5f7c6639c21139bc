import Crypto
public import Foundation
public import Storage

/// The items of a collection whose text waits to be embedded.
///
/// Workers of any instance take items for a time; an item whose worker died comes back when its time is over. What a
/// worker brings is stored only where the text is still the one it was made from.
public struct EmbeddingQueue<Item: CatalogItem>: Sendable {
    /// An item taken, with its text.
    public struct Taken: Sendable, Equatable {
        public let id: UUID
        public let text: String
        /// How often it was taken, this time with it.
        public let attempts: Int
    }

    /// What waits.
    public struct Counts: Sendable, Equatable {
        public let waiting: Int
        public let parked: Int
    }

    /// An item that is not tried again until its text changes.
    public struct Parked: Sendable, Equatable {
        public let id: UUID
        public let attempts: Int
        public let error: String
        public let parkedAt: Date
    }

    static var errorLengthMax: Int { 1_000 }

    private let database: Database
    private let modelID: Int

    public init(database: Database, modelID: Int) {
        self.database = database
        self.modelID = modelID
    }

    /// Queues the items that have no vector in this model, or one of an older text; those queued already stay as they are.
    /// - Returns: how many were added.
    @discardableResult
    public func addMissing() async throws -> Int {
        let added = try await database.query(
            """
            INSERT INTO pending_embeddings (collection, item_id)
            SELECT \(Item.collection.rawValue), id FROM \(Item.table)
            WHERE NOT EXISTS (
                SELECT FROM vectors v WHERE v.collection = \(Item.collection.rawValue) AND v.item_id = id
                    AND v.model_id = \(Int32(modelID)) AND v.content_hash = sha256(convert_to(\(Item.textColumn), 'UTF8')))
            ON CONFLICT (collection, item_id) DO NOTHING
            """)
        return added.affected
    }

    /// Takes up to `limit` items that are due, for `seconds`.
    public func take(limit: Int, seconds: Double) async throws -> [Taken] {
        let rows = try await database.query(
            """
            WITH due AS (
                SELECT item_id FROM pending_embeddings
                WHERE collection = \(Item.collection.rawValue) AND parked_at IS NULL AND due_at <= now()
                ORDER BY due_at LIMIT \(Int64(limit)) FOR UPDATE SKIP LOCKED
            ), taken AS (
                UPDATE pending_embeddings p SET attempts = attempts + 1, due_at = now() + make_interval(secs => \(seconds))
                FROM due WHERE p.collection = \(Item.collection.rawValue) AND p.item_id = due.item_id
                RETURNING p.item_id, p.attempts
            )
            SELECT id, \(Item.textColumn) AS text, attempts FROM taken JOIN \(Item.table) ON id = taken.item_id
            """)
        return try rows.map { row in
            Taken(
                id: try row.decode("id", as: UUID.self), text: try row.decode("text", as: String.self),
                attempts: Int(try row.decode("attempts", as: Int32.self)))
        }
    }

    /// Stores vectors of items in the same order, and takes both off the queue, in one transaction with the change.
    /// Items whose text changed meanwhile stay queued, and are due again.
    /// - Returns: the position of the change; nil where nothing was stored.
    @discardableResult
    public func complete(_ taken: [Taken], with vectors: [[Float]]) async throws -> Int64? {
        precondition(vectors.count == taken.count)
        if taken.isEmpty { return nil }
        let stored = zip(taken, vectors).map { item, values in
            StoredVector(
                modelID: modelID, values: values, contentHash: Array(SHA256.hash(data: Data(item.text.utf8))))
        }
        let ids = taken.map(\.id)
        return try await database.withTransaction { transaction in
            let rows = try await transaction.query(
                """
                INSERT INTO vectors (collection, item_id, model_id, content_hash, embedding)
                SELECT \(Item.collection.rawValue), made.id, \(Int32(modelID)), made.hash, made.embedding
                FROM unnest(\(ids), \(stored.map(\.contentHash)), \(stored.map(\.bytes))) AS made (id, hash, embedding)
                JOIN \(Item.table) item ON item.id = made.id
                    AND sha256(convert_to(item.\(Item.textColumn), 'UTF8')) = made.hash
                ON CONFLICT (collection, model_id, item_id)
                DO UPDATE SET content_hash = EXCLUDED.content_hash, embedding = EXCLUDED.embedding
                RETURNING item_id
                """)
            let added = try rows.map { try $0.decode("item_id", as: UUID.self) }
            try await transaction.query(
                """
                DELETE FROM pending_embeddings
                WHERE collection = \(Item.collection.rawValue) AND item_id = ANY(\(added))
                """)
            try await transaction.query(
                """
                UPDATE pending_embeddings SET due_at = now()
                WHERE collection = \(Item.collection.rawValue) AND item_id = ANY(\(ids))
                """)
            return added.isEmpty ? nil : try await ChangeLog.append(added, to: Item.collection, in: transaction)
        }
    }

    /// Leaves items for later.
    public func postpone(_ items: [UUID], seconds: Double, error: String) async throws {
        try await database.query(
            """
            UPDATE pending_embeddings SET due_at = now() + make_interval(secs => \(seconds)),
                last_error = \(Self.shortened(error))
            WHERE collection = \(Item.collection.rawValue) AND item_id = ANY(\(items))
            """)
    }

    /// Gives an item up until its text changes: it cannot be embedded as it is.
    public func park(_ item: UUID, error: String) async throws {
        try await database.query(
            """
            UPDATE pending_embeddings SET parked_at = now(), last_error = \(Self.shortened(error))
            WHERE collection = \(Item.collection.rawValue) AND item_id = \(item)
            """)
    }

    public func counts() async throws -> Counts {
        let rows = try await database.query(
            """
            SELECT count(*) FILTER (WHERE parked_at IS NULL) AS waiting, count(parked_at) AS parked
            FROM pending_embeddings WHERE collection = \(Item.collection.rawValue)
            """)
        guard let row = rows.first else { preconditionFailure("a count has a row") }
        return Counts(
            waiting: Int(try row.decode("waiting", as: Int64.self)),
            parked: Int(try row.decode("parked", as: Int64.self)))
    }

    /// Parked items, the latest first.
    public func parked(limit: Int) async throws -> [Parked] {
        let rows = try await database.query(
            """
            SELECT item_id, attempts, coalesce(last_error, '') AS error, parked_at FROM pending_embeddings
            WHERE collection = \(Item.collection.rawValue) AND parked_at IS NOT NULL
            ORDER BY parked_at DESC, item_id LIMIT \(Int64(limit))
            """)
        return try rows.map { row in
            Parked(
                id: try row.decode("item_id", as: UUID.self),
                attempts: Int(try row.decode("attempts", as: Int32.self)),
                error: try row.decode("error", as: String.self), parkedAt: try row.decode("parked_at", as: Date.self))
        }
    }

    private static func shortened(_ error: String) -> String {
        String(error.unicodeScalars.prefix(errorLengthMax).filter { $0 != "\0" }.map(Character.init))
    }
}
