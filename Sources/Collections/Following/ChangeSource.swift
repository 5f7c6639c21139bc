public import Foundation

/// What a collection follows: all of its points as they are now, and the log of their changes.
///
/// Following rests on these promises. Positions are given in the order in which changes become visible: once a position
/// was seen, no lower one appears later. A point read is at least as new as the head read before it. Changes may be
/// given twice, and those of one item may be collapsed into one of its present state at the position of the last, for
/// applying is idempotent; none may be left out. All vectors come from the collection's model.
public protocol ChangeSource: Sendable {
    /// Points in the order of their ids, byte by byte, from behind `cursor`, at most `limit`. The page's position is
    /// read before its points.
    func load(after cursor: UUID?, limit: Int) async throws -> LoadPage

    /// The changes after a position, ascending, of at most `limit` entries of the log; empty only at its head.
    /// - Throws: `ChangeSourceError.positionGone` where the log begins later: the collection is then loaded anew.
    ///   `sourceReplaced` where it is the log of something else: then following ends.
    func changes(after position: Position, limit: Int) async throws -> [Change]

    /// The position of the latest change; `.start` before the first.
    func head() async throws -> Position

    /// Returns when something may have changed since the call before returned, at once if it already has, and after
    /// `timeoutSeconds` at the latest.
    func waitForChange(timeoutSeconds: Double) async throws
}

/// Some of a source's points.
public struct LoadPage: Sendable {
    public let points: [Point]
    /// The last id looked at; nil on the last page.
    public let nextCursor: UUID?
    /// The head as it was before the points were read. The log is followed from that of the first page.
    public let position: Position

    public init(points: [Point], nextCursor: UUID?, position: Position) {
        self.points = points
        self.nextCursor = nextCursor
        self.position = position
    }
}

/// What a source cannot give.
public enum ChangeSourceError: Error, Equatable, CustomStringConvertible {
    /// The log no longer holds the changes behind a position.
    case positionGone(Position, oldest: Position)
    /// What is followed is another source than before: nothing that was applied is to be trusted. A sentence says why.
    case sourceReplaced(String)

    public var description: String {
        switch self {
        case .positionGone(let position, let oldest):
            "the log begins behind \(oldest), so it cannot be followed from \(position): load the points anew"
        case .sourceReplaced(let reason): reason
        }
    }
}
