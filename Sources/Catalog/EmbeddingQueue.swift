import Crypto
public import Foundation
public import Storage

/// The items of a collection whose text waits to be embedded in one model.
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
            INSERT INTO pending_embeddings (collection, model_id, item_id)
            SELECT \(Item.collection.rawValue), \(Int32(modelID)), id FROM \(Item.table) WHERE \(isMissing)
            ON CONFLICT (collection, model_id, item_id) DO NOTHING
            """)
        return added.affected
    }

    /// Up to `limit` items after `cursor`, by id, that have no vector of their text in this model and are not parked,
    /// whether they are queued or not. They are not taken: what is embedded twice is stored once.
    public func missing(after cursor: UUID?, limit: Int) async throws -> [Taken] {
        let beyond: Statement = cursor.map { "id > \($0)" } ?? "true"
        let rows = try await database.query(
            """
            SELECT id, \(Item.textColumn) AS text, 0 AS attempts FROM \(Item.table)
            WHERE \(beyond) AND \(isMissing) AND \(isNotParked) ORDER BY id LIMIT \(Int64(limit))
            """)
        return try rows.map(Self.taken)
    }

    /// How many items have no vector of their text in this model, and how many of these are parked.
    public func missingCounts() async throws -> Counts { try Self.counts(try await database.query(missingStatement)) }

    /// The same as a transaction sees it.
    public func missingCounts(in transaction: Transaction) async throws -> Counts {
        try Self.counts(try await transaction.query(missingStatement))
    }

    private var missingStatement: Statement {
        """
        SELECT count(*) FILTER (WHERE \(isNotParked)) AS waiting, count(*) FILTER (WHERE NOT \(isNotParked)) AS parked
        FROM \(Item.table) WHERE \(isMissing)
        """
    }

    private var isMissing: Statement {
        """
        NOT EXISTS (
            SELECT FROM vectors v WHERE v.collection = \(Item.collection.rawValue) AND v.item_id = id
                AND v.model_id = \(Int32(modelID)) AND v.content_hash = sha256(convert_to(\(Item.textColumn), 'UTF8')))
        """
    }

    private var isNotParked: Statement {
        """
        NOT EXISTS (
            SELECT FROM pending_embeddings p WHERE p.collection = \(Item.collection.rawValue) AND p.item_id = id
                AND p.model_id = \(Int32(modelID)) AND p.parked_at IS NOT NULL)
        """
    }

    private static func taken(_ row: Row) throws -> Taken {
        Taken(
            id: try row.decode("id", as: UUID.self), text: try row.decode("text", as: String.self),
            attempts: Int(try row.decode("attempts", as: Int32.self)))
    }

    private static func counts(_ rows: Rows) throws -> Counts {
        guard let row = rows.first else { preconditionFailure("a count has a row") }
        return Counts(
            waiting: Int(try row.decode("waiting", as: Int64.self)),
            parked: Int(try row.decode("parked", as: Int64.self)))
    }

    /// Takes up to `limit` items that are due, for `seconds`.
    public func take(limit: Int, seconds: Double) async throws -> [Taken] {
        let rows = try await database.query(
            """
            WITH due AS (
                SELECT item_id FROM pending_embeddings
                WHERE \(isOurs) AND parked_at IS NULL AND due_at <= now()
                ORDER BY due_at LIMIT \(Int64(limit)) FOR UPDATE SKIP LOCKED
            ), taken AS (
                UPDATE pending_embeddings p SET attempts = attempts + 1, due_at = now() + make_interval(secs => \(seconds))
                FROM due WHERE p.collection = \(Item.collection.rawValue) AND p.model_id = \(Int32(modelID))
                    AND p.item_id = due.item_id
                RETURNING p.item_id, p.attempts
            )
            SELECT id, \(Item.textColumn) AS text, attempts FROM taken JOIN \(Item.table) ON id = taken.item_id
            """)
        return try rows.map(Self.taken)
    }

    /// Stores vectors of items in the same order, and takes both off the queue, in one transaction with the change.
    /// Items whose text changed meanwhile stay queued, and are due again; those that are gone are passed over, and all
    /// of them where the model is not maintained any more.
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
            try await ModelLock.share(Item.collection, in: transaction)
            let maintained = try await ModelRegistry.maintained(Item.collection, in: transaction)
            guard maintained.contains(modelID) else { return nil }
            // The rows are locked: a text that changes, or an item that goes, at this very moment is either seen or waits.
            let rows = try await transaction.query(
                """
                INSERT INTO vectors (collection, item_id, model_id, content_hash, embedding)
                SELECT \(Item.collection.rawValue), made.id, \(Int32(modelID)), made.hash, made.embedding
                FROM unnest(\(ids), \(stored.map(\.contentHash)), \(stored.map(\.bytes))) AS made (id, hash, embedding)
                JOIN \(Item.table) item ON item.id = made.id
                    AND sha256(convert_to(item.\(Item.textColumn), 'UTF8')) = made.hash
                FOR SHARE OF item
                ON CONFLICT (collection, model_id, item_id)
                DO UPDATE SET content_hash = EXCLUDED.content_hash, embedding = EXCLUDED.embedding
                RETURNING item_id
                """)
            let added = try rows.map { try $0.decode("item_id", as: UUID.self) }
            try await transaction.query(
                """
                DELETE FROM pending_embeddings WHERE \(isOurs) AND item_id = ANY(\(added))
                """)
            try await transaction.query(
                """
                UPDATE pending_embeddings SET due_at = now() WHERE \(isOurs) AND item_id = ANY(\(ids))
                """)
            if added.isEmpty { return nil }
            return try await ChangeLog.append(added, to: Item.collection, model: modelID, in: transaction)
        }
    }

    /// Leaves items for later.
    public func postpone(_ items: [UUID], seconds: Double, error: String) async throws {
        try await database.query(
            """
            UPDATE pending_embeddings SET due_at = now() + make_interval(secs => \(seconds)),
                last_error = \(Self.shortened(error))
            WHERE \(isOurs) AND item_id = ANY(\(items))
            """)
    }

    /// Gives an item up until its text changes: it cannot be embedded as it is. One that is not queued is queued first,
    /// where the model is maintained and the item is there.
    public func park(_ item: UUID, error: String) async throws {
        try await database.query(
            """
            INSERT INTO pending_embeddings (collection, model_id, item_id, attempts, parked_at, last_error)
            SELECT collection, model_id, \(item), 1, now(), \(Self.shortened(error)) FROM collection_models
            WHERE \(isOurs) AND EXISTS (SELECT FROM \(Item.table) WHERE id = \(item))
            ON CONFLICT (collection, model_id, item_id)
            DO UPDATE SET parked_at = now(), last_error = EXCLUDED.last_error
            """)
    }

    /// Of this collection and model.
    private var isOurs: Statement {
        "collection = \(Item.collection.rawValue) AND model_id = \(Int32(modelID))"
    }

    public func counts() async throws -> Counts {
        let rows = try await database.query(
            """
            SELECT count(*) FILTER (WHERE parked_at IS NULL) AS waiting, count(parked_at) AS parked
            FROM pending_embeddings WHERE \(isOurs)
            """)
        return try Self.counts(rows)
    }

    /// Parked items, the latest first.
    public func parked(limit: Int) async throws -> [Parked] {
        let rows = try await database.query(
            """
            SELECT item_id, attempts, coalesce(last_error, '') AS error, parked_at FROM pending_embeddings
            WHERE \(isOurs) AND parked_at IS NOT NULL
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
