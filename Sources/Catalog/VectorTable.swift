import Foundation
import Storage

/// A vector as it is stored beside its item's row.
public struct StoredVector: Sendable, Equatable {
    /// The row of `embedding_models` whose space it lies in.
    public let modelID: Int
    public let values: [Float]
    /// The SHA-256 of the text it was made from.
    public let contentHash: [UInt8]

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
struct VectorTable {
    let collection: CollectionName

    /// Inserts or replaces the vectors of `items`, which stand in the same order.
    func upsert(_ vectors: [StoredVector], of items: [UUID], in transaction: Transaction) async throws {
        precondition(vectors.count == items.count)
        guard let first = vectors.first else { return }
        precondition(vectors.allSatisfy { $0.modelID == first.modelID })
        try await refuseOtherModels(than: first.modelID, in: transaction)
        try await transaction.query(
            """
            INSERT INTO vectors (collection, item_id, model_id, content_hash, embedding)
            SELECT \(collection.rawValue), item.id, \(Int32(first.modelID)), item.hash, item.embedding
            FROM unnest(\(items), \(vectors.map(\.contentHash)), \(vectors.map(\.bytes))) AS item (id, hash, embedding)
            ON CONFLICT (collection, model_id, item_id)
            DO UPDATE SET content_hash = EXCLUDED.content_hash, embedding = EXCLUDED.embedding
            """)
    }

    /// Stores an item's vector; or, where there is none, queues its text to be embedded, unless the vector that is there
    /// was made from the same text. A vector of another text goes.
    func store(
        _ vector: StoredVector?, of item: UUID, textHash: [UInt8], in transaction: Transaction
    ) async throws {
        if let vector {
            try await upsert([vector], of: [item], in: transaction)
            try await transaction.query(
                "DELETE FROM pending_embeddings WHERE collection = \(collection.rawValue) AND item_id = \(item)")
            return
        }
        try await transaction.query(
            """
            DELETE FROM vectors
            WHERE collection = \(collection.rawValue) AND item_id = \(item) AND content_hash <> \(textHash)
            """)
        try await transaction.query(
            """
            INSERT INTO pending_embeddings (collection, item_id)
            SELECT \(collection.rawValue), \(item)
            WHERE NOT EXISTS (
                SELECT FROM vectors v JOIN collections c ON c.name = v.collection AND c.model_id = v.model_id
                WHERE v.collection = \(collection.rawValue) AND v.item_id = \(item))
            ON CONFLICT (collection, item_id)
            DO UPDATE SET attempts = 0, due_at = now(), parked_at = NULL, last_error = NULL
            """)
    }

    /// Removes the vectors of an item in every model, and takes it off the queue.
    func delete(_ item: UUID, in transaction: Transaction) async throws {
        try await transaction.query(
            "DELETE FROM vectors WHERE collection = \(collection.rawValue) AND item_id = \(item)")
        try await transaction.query(
            "DELETE FROM pending_embeddings WHERE collection = \(collection.rawValue) AND item_id = \(item)")
    }

    /// A writer that still embeds with a model that was switched off must not commit.
    private func refuseOtherModels(than modelID: Int, in transaction: Transaction) async throws {
        let rows = try await transaction.query("SELECT model_id FROM collections WHERE name = \(collection.rawValue)")
        let serving = try rows.first.flatMap { try $0.decode("model_id", as: Int32?.self) }.map(Int.init)
        guard serving == modelID else {
            throw CatalogError.wrongModel(collection: collection.rawValue, given: modelID, serving: serving)
        }
    }
}
