public import Foundation
public import Storage

/// A row that is found by the meaning of one of its texts: an item of one of the collections.
public protocol CatalogItem: Sendable, Identifiable where ID == UUID {
    static var collection: CollectionName { get }
    /// Where the rows stand.
    static var table: Statement { get }
    /// The columns that `init(row:)` reads.
    static var columns: Statement { get }
    /// The column whose text is embedded.
    static var textColumn: Statement { get }
    /// Which rows are to be found in the index.
    static var isIndexed: Statement { get }

    /// The text that is embedded.
    var embeddedText: String { get }

    init(row: Row) throws
}

/// An item with its vector, as the vector engine holds it.
public struct IndexedItem<Item: CatalogItem>: Sendable {
    public let item: Item
    public let vector: [Float]
}
