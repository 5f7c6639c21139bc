public import Foundation
public import Storage

/// Reads what the vector engine follows: the items to be found, with their vectors in one model.
public struct ItemFeed<Item: CatalogItem>: Sendable {
    private let database: Database
    private let modelID: Int

    public init(database: Database, modelID: Int) {
        self.database = database
        self.modelID = modelID
    }

    /// Items after `cursor`, by id, at most `limit`.
    public func page(after cursor: UUID?, limit: Int) async throws -> [IndexedItem<Item>] {
        let beyond: Statement = cursor.map { "id > \($0)" } ?? "true"
        return try await read("\(beyond) ORDER BY id LIMIT \(Int64(limit))")
    }

    /// Those of `items` that are to be found in the index now; the others are gone from it.
    public func present(_ items: [UUID]) async throws -> [IndexedItem<Item>] {
        try await read("id = ANY(\(items))")
    }

    private func read(_ condition: Statement) async throws -> [IndexedItem<Item>] {
        let rows = try await database.query(
            """
            SELECT \(Item.columns), embedding FROM \(Item.table)
            JOIN vectors v ON v.collection = \(Item.collection.rawValue) AND v.item_id = id
                AND v.model_id = \(Int32(modelID))
            WHERE \(Item.isIndexed) AND \(condition)
            """)
        return try rows.map { row in
            let embedding = try row.decode("embedding", as: [UInt8].self)
            return IndexedItem(item: try Item(row: row), vector: StoredVector.values(of: embedding))
        }
    }
}
