import Catalog
import Foundation
import Storage
import VectorCollections

/// An item of the catalog as the engine holds it.
protocol EngineItem: CatalogItem {
    var payload: [String: PayloadValue] { get }
}

/// Gives the engine the items of a collection of PostgreSQL, with their vectors in one model, and their change log.
///
/// Changes that concern another model alone are passed over.
struct CatalogChangeSource<Item: EngineItem>: ChangeSource {
    private let log: ChangeLog
    private let feed: ItemFeed<Item>
    private let signal: ChangeSignal
    private let identity: DatabaseIdentity
    private let modelID: Int
    private let listener = ChangeSignal.Listener(.collection(Item.collection))
    /// Stands for no item. Deleting it changes nothing but the position.
    private static var nothing: UUID { UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) }

    /// - Parameter identity: of the database that this instance began with.
    init(database: Database, identity: DatabaseIdentity, modelID: Int, signal: ChangeSignal) {
        self.identity = identity
        log = ChangeLog(database: database)
        feed = ItemFeed(database: database, modelID: modelID)
        self.signal = signal
        self.modelID = modelID
    }

    func head() async throws -> Position { Position(try await log.head(of: Item.collection)) }

    func load(after cursor: UUID?, limit: Int) async throws -> LoadPage {
        // The position is read before the rows: what changes meanwhile is read again from the log, which is harmless.
        let position = Position(try await log.head(of: Item.collection))
        let page = try await feed.page(after: cursor, limit: limit)
        return LoadPage(
            points: page.map(Self.point), nextCursor: page.count < limit ? nil : page.last?.item.id, position: position)
    }

    /// Several changes of one item become one, of its present state, at the position of the last.
    func changes(after position: Position, limit: Int) async throws -> [Change] {
        let page = try await log.page(of: Item.collection, after: position.rawValue, limit: limit)
        guard page.database == identity, page.headPosition >= position.rawValue else {
            throw ChangeSourceError.sourceReplaced(
                "the database was replaced or set back while this instance followed it: it is \(page.database.id) at "
                    + "position \(page.headPosition) of \(Item.collection.rawValue), and was \(identity.id) at "
                    + "\(position.rawValue)")
        }
        guard page.prunedPosition <= position.rawValue else {
            throw ChangeSourceError.positionGone(position, oldest: Position(page.prunedPosition))
        }
        var last: [UUID: Int64] = [:]
        for change in page.entries where change.model ?? modelID == modelID { last[change.item] = change.position }
        let present = try await feed.present(Array(last.keys))
        let points = Dictionary(uniqueKeysWithValues: present.map { ($0.item.id, Self.point($0)) })
        var changes = last.sorted { $0.value < $1.value }.map { id, position in
            let operation = points[id].map(Change.Operation.upsert) ?? .delete
            return Change(position: Position(position), id: id, operation: operation)
        }
        if let end = page.entries.last?.position, changes.last?.position.rawValue != end {
            changes.append(Change(position: Position(end), id: Self.nothing, operation: .delete))
        }
        return changes
    }

    func waitForChange(timeoutSeconds: Double) async throws {
        try await signal.wait(listener, timeoutSeconds: timeoutSeconds)
    }

    private static func point(_ indexed: IndexedItem<Item>) -> Point {
        Point(id: indexed.item.id, vector: indexed.vector, payload: indexed.item.payload)
    }
}
