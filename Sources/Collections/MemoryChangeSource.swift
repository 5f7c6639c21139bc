public import Foundation
import Synchronization

/// A change source in memory: lets a program use the engine on its own, without a database.
public final class MemoryChangeSource: ChangeSource {
    private struct State {
        var points: [UUID: Point] = [:]
        var log: [Change] = []
    }

    /// Entries beyond this many are refused: nothing prunes the log.
    public static let changesMax = 10_000_000

    private let state = Mutex(State())
    private let news = PositionWaiters(waitersMax: 1_024)

    public init() {}

    /// Stores points and returns the position of the last one's change.
    @discardableResult
    public func upsert(_ points: [Point]) -> Position {
        append(points.map { ($0.id, .upsert($0)) })
    }

    /// Removes points and returns the position of the last one's change.
    @discardableResult
    public func delete(_ ids: [UUID]) -> Position { append(ids.map { ($0, .delete) }) }

    private func append(_ operations: [(UUID, Change.Operation)]) -> Position {
        let head = state.withLock { state in
            precondition(state.log.count + operations.count <= Self.changesMax)
            for (id, operation) in operations {
                let position = Position(Int64(state.log.count + 1))
                state.log.append(Change(position: position, id: id, operation: operation))
                switch operation {
                case .upsert(let point): state.points[id] = point
                case .delete: state.points[id] = nil
                }
            }
            return Position(Int64(state.log.count))
        }
        news.reached(head)
        return head
    }

    public func head() async throws -> Position { state.withLock { Position(Int64($0.log.count)) } }

    public func load(after cursor: UUID?, limit: Int) async throws -> LoadPage {
        state.withLock { state in
            let position = Position(Int64(state.log.count))
            let behind = state.points.values.filter { point in cursor.map { $0.precedes(point.id) } ?? true }
                .sorted { $0.id.precedes($1.id) }.prefix(limit)
            return LoadPage(
                points: Array(behind), nextCursor: behind.count < limit ? nil : behind.last?.id, position: position)
        }
    }

    public func changes(after position: Position, limit: Int) async throws -> [Change] {
        state.withLock { state in
            let start = Int(position.rawValue)
            return Array(state.log[min(start, state.log.count)..<min(start + limit, state.log.count)])
        }
    }

    public func waitForChange(timeoutSeconds: Double) async throws {
        let next = Position(try await head().rawValue + 1)
        do {
            try await news.wait(for: next, timeoutSeconds: timeoutSeconds)
        } catch is WaitTimeout {
            // The time is up: the follower looks for itself.
        }
    }
}
