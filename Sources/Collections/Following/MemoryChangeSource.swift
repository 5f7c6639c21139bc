public import Foundation
import Synchronization

/// A source that lives in this process: with it the engine serves a program that has no database, and the tests.
///
/// One follower may wait on it at a time. The log keeps the last `changesMax` changes.
public final class MemoryChangeSource: ChangeSource {
    private struct State {
        var points: [PointKey: Point] = [:]
        /// The keys of `points`, ascending; nil when one came or went since.
        var order: [PointKey]?
        /// The items changed after `logStart`, one a position.
        var log: [PointKey] = []
        var logStart = Position.start
        /// The head when the last wait returned.
        var seen = Position.start

        var head: Position { Position(logStart.rawValue + Int64(log.count)) }
    }

    public let changesMax: Int
    private let state = Mutex(State())
    private let waiters = PositionWaiters(waitersMax: 16)

    public init(changesMax: Int = 1_000_000) {
        precondition(changesMax > 0)
        self.changesMax = changesMax
    }

    /// Stores a point in place of the one with its id.
    @discardableResult
    public func upsert(_ point: Point) -> Position { append(point.id, point) }

    @discardableResult
    public func delete(_ id: UUID) -> Position { append(id, nil) }

    private func append(_ id: UUID, _ point: Point?) -> Position {
        let key = PointKey(id)
        let head = state.withLock { state in
            let isNew = state.points[key] == nil
            state.points[key] = point
            if isNew != (point == nil) { state.order = nil }
            state.log.append(key)
            if state.log.count > changesMax {
                // Half at a time keeps the cost of a change constant.
                let gone = (changesMax + 1) / 2
                state.log.removeFirst(gone)
                state.logStart = Position(state.logStart.rawValue + Int64(gone))
            }
            return state.head
        }
        waiters.reached(head)
        return head
    }

    public func head() async throws -> Position { state.withLock(\.head) }

    public func load(after cursor: UUID?, limit: Int) async throws -> LoadPage {
        precondition(limit > 0)
        return state.withLock { state in
            let order = state.order ?? state.points.keys.sorted()
            state.order = order
            var first = 0
            if let cursor {
                var high = order.count
                while first < high {
                    let middle = (first + high) / 2
                    if order[middle] <= PointKey(cursor) { first = middle + 1 } else { high = middle }
                }
            }
            let keys = order[first..<min(first + limit, order.count)]
            return LoadPage(
                points: keys.compactMap { state.points[$0] },
                nextCursor: keys.endIndex < order.count ? keys.last?.id : nil,
                position: state.head)
        }
    }

    public func changes(after position: Position, limit: Int) async throws -> [Change] {
        try state.withLock { state in
            guard position >= state.logStart else {
                throw ChangeSourceError.positionGone(position, oldest: state.logStart)
            }
            guard position < state.head else { return [] }
            let first = Int(position.rawValue - state.logStart.rawValue)
            let end = min(first + limit, state.log.count)
            var last: [PointKey: Int] = [:]
            for index in first..<end { last[state.log[index]] = index }
            return last.sorted { $0.value < $1.value }.map { key, index in
                Change(
                    position: Position(state.logStart.rawValue + Int64(index) + 1), id: key.id,
                    operation: state.points[key].map(Change.Operation.upsert) ?? .delete)
            }
        }
    }

    public func waitForChange(timeoutSeconds: Double) async throws {
        let seen = state.withLock(\.seen)
        do {
            try await waiters.wait(for: Position(seen.rawValue + 1), timeoutSeconds: timeoutSeconds)
        } catch WaitError.timedOut {
            return
        }
        state.withLock { $0.seen = $0.head }
    }
}
