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
        try items(try await database.query(Self.page(after: cursor, limit: limit, modelID)))
    }

    /// The same as a transaction sees them.
    public func page(after cursor: UUID?, limit: Int, in transaction: Transaction) async throws -> [IndexedItem<Item>] {
        try items(try await transaction.query(Self.page(after: cursor, limit: limit, modelID)))
    }

    /// Those of `items` that are to be found in the index now; the others are gone from it.
    public func present(_ items: [UUID]) async throws -> [IndexedItem<Item>] {
        try self.items(try await database.query(Self.statement("id = ANY(\(items))", modelID)))
    }

    private static func page(after cursor: UUID?, limit: Int, _ modelID: Int) -> Statement {
        let beyond: Statement = cursor.map { "id > \($0)" } ?? "true"
        return statement("\(beyond) ORDER BY id LIMIT \(Int64(limit))", modelID)
    }

    private static func statement(_ condition: Statement, _ modelID: Int) -> Statement {
        """
        SELECT \(Item.columns), embedding FROM \(Item.table)
        JOIN vectors v ON v.collection = \(Item.collection.rawValue) AND v.item_id = id
            AND v.model_id = \(Int32(modelID))
        WHERE \(Item.isIndexed) AND \(condition)
        """
    }

    private func items(_ rows: Rows) throws -> [IndexedItem<Item>] {
        try rows.map { row in
            let embedding = try row.decode("embedding", as: [UInt8].self)
            return IndexedItem(item: try Item(row: row), vector: StoredVector.values(of: embedding))
        }
    }
}
