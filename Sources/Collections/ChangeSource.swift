public import Foundation

/// A change of one item of a collection.
public struct Change: Sendable, Equatable {
    public enum Operation: Sendable, Equatable {
        /// The item is to be found as this.
        case upsert(Point)
        /// The item is gone, or not to be found.
        case delete
    }

    public let position: Position
    public let id: UUID
    public let operation: Operation

    public init(position: Position, id: UUID, operation: Operation) {
        self.position = position
        self.id = id
        self.operation = operation
    }
}

/// A part of all points of a collection.
public struct LoadPage: Sendable {
    public let points: [Point]
    /// Where the next page begins; nil on the last one.
    public let nextCursor: UUID?
    /// A position read before the points: every change up to it is in them, later ones may be.
    public let position: Position

    public init(points: [Point], nextCursor: UUID?, position: Position) {
        self.points = points
        self.nextCursor = nextCursor
        self.position = position
    }
}

/// What a collection follows: all of its points as they are now, and the log of their changes.
///
/// Applying is idempotent, so a source may give a change twice and may merge several changes of one item into one of its
/// present state, at the position of the last. It must never leave one out.
public protocol ChangeSource: Sendable {
    /// The position of the latest change.
    func head() async throws -> Position
    /// The points behind `cursor` in the order of their ids, at most `limit`.
    func load(after cursor: UUID?, limit: Int) async throws -> LoadPage
    /// The changes after `position` in their order, from at most `limit` entries of the log; empty at the head.
    func changes(after position: Position, limit: Int) async throws -> [Change]
    /// Returns when there may be news, at the latest after `timeoutSeconds`.
    func waitForChange(timeoutSeconds: Double) async throws
}
