import Foundation
import Storage

/// A vector as it is stored beside its item's row; with `others` a text's vectors in several models.
public struct StoredVector: Sendable, Equatable {
    /// The row of `embedding_models` whose space it lies in.
    public let modelID: Int
    public let values: [Float]
    /// The SHA-256 of the text it was made from.
    public let contentHash: [UInt8]
    /// The same text's vectors in other models.
    public var others: [StoredVector] = []

    public init(modelID: Int, values: [Float], contentHash: [UInt8]) {
        self.modelID = modelID
        self.values = values
        self.contentHash = contentHash
    }

    /// `values` as little-endian IEEE 754 singles.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * 4)
        for value in values {
            let bits = value.bitPattern
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
            }
        }
        return bytes
    }

    /// The reverse of `bytes`; bytes beyond a multiple of four are ignored.
    public static func values(of bytes: [UInt8]) -> [Float] {
        bytes.withUnsafeBytes { raw in
            (0..<raw.count / 4).map { index in
                Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
            }
        }
    }
}

/// The table `vectors`: always written in the transaction of the item's row.
///
/// A vector is stored where its collection maintains its model, and every maintained model that then has none of the
/// text has the item queued. So a writer that embedded with a model that is not served any more, or not maintained any
/// more, still succeeds, and nothing is left without a vector.
struct VectorTable {
    let collection: CollectionName

    /// Stores the vectors of `items`, which stand in the same order.
    func upsert(_ vectors: [StoredVector], of items: [UUID], in transaction: Transaction) async throws {
        precondition(vectors.count == items.count)
        try await store(
            zip(items, vectors).map { (item: $0, vector: $1, hash: $1.contentHash) }, in: transaction)
    }

    /// Stores an item's vectors; in models of which there is none, queues its text to be embedded, unless the vector that
    /// is there was made from the same text. Vectors of another text go.
    func store(
        _ vector: StoredVector?, of item: UUID, textHash: [UInt8], in transaction: Transaction
    ) async throws {
        try await store([(item, vector, textHash)], in: transaction)
    }

    /// Removes the vectors of an item in every model, and takes it off every queue.
    func delete(_ item: UUID, in transaction: Transaction) async throws {
        try await transaction.query(
            "DELETE FROM vectors WHERE collection = \(collection.rawValue) AND item_id = \(item)")
        try await transaction.query(
            "DELETE FROM pending_embeddings WHERE collection = \(collection.rawValue) AND item_id = \(item)")
    }

    private func store(
        _ items: [(item: UUID, vector: StoredVector?, hash: [UInt8])], in transaction: Transaction
    ) async throws {
        if items.isEmpty { return }
        try await ModelLock.share(collection, in: transaction)
        let maintained = try await ModelRegistry.maintained(collection, in: transaction)
        let made = maintained.map { model in
            items.compactMap { item in
                item.vector?.vector(in: model).map {
                    (item: item.item, model: Int32(model), hash: item.hash, bytes: $0.bytes)
                }
            }
        }
        let all = made.flatMap(\.self)
        // One statement, since each is a way to the server and back; so what it replaces it must not delete.
        try await transaction.query(
            """
            WITH item AS MATERIALIZED (
                SELECT * FROM unnest(\(items.map(\.item)), \(items.map(\.hash))) AS item (id, hash)
            ), made AS MATERIALIZED (
                SELECT * FROM unnest(\(all.map(\.item)), \(all.map(\.model)), \(all.map(\.hash)), \(all.map(\.bytes)))
                    AS made (id, model_id, hash, embedding)
            ), stale AS (
                DELETE FROM vectors v USING item
                WHERE v.collection = \(collection.rawValue) AND v.item_id = item.id AND v.content_hash <> item.hash
                    AND NOT EXISTS (SELECT FROM made WHERE made.id = v.item_id AND made.model_id = v.model_id)
            ), stored AS (
                INSERT INTO vectors (collection, item_id, model_id, content_hash, embedding)
                SELECT \(collection.rawValue), id, model_id, hash, embedding FROM made
                ON CONFLICT (collection, model_id, item_id)
                DO UPDATE SET content_hash = EXCLUDED.content_hash, embedding = EXCLUDED.embedding
            )
            DELETE FROM pending_embeddings p USING made
            WHERE p.collection = \(collection.rawValue) AND p.model_id = made.model_id AND p.item_id = made.id
            """)
        for (model, made) in zip(maintained, made) where made.count < items.count {
            try await queue(items.map(\.item), for: model, in: transaction)
        }
    }

    /// Queues those of some items that have no vector in a model.
    private func queue(_ items: [UUID], for model: Int, in transaction: Transaction) async throws {
        try await transaction.query(
            """
            INSERT INTO pending_embeddings (collection, model_id, item_id)
            SELECT \(collection.rawValue), \(Int32(model)), item.id FROM unnest(\(items)) AS item (id)
            WHERE NOT EXISTS (
                SELECT FROM vectors v WHERE v.collection = \(collection.rawValue) AND v.item_id = item.id
                    AND v.model_id = \(Int32(model)))
            ON CONFLICT (collection, model_id, item_id)
            DO UPDATE SET attempts = 0, due_at = now(), parked_at = NULL, last_error = NULL
            """)
    }
}

extension StoredVector {
    /// The text's vector in a model, where it has one.
    public func vector(in model: Int) -> StoredVector? {
        modelID == model ? self : others.first { $0.modelID == model }
    }
}
