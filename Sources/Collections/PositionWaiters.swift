import Foundation
import Synchronization

/// Tasks that wait until a position is reached.
final class PositionWaiters: Sendable {
    private struct Waiter {
        let position: Position
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var reached = Position.start
        var waiters: [UUID: Waiter] = [:]
    }

    let waitersMax: Int
    private let state = Mutex(State())

    init(waitersMax: Int) { self.waitersMax = waitersMax }

    /// Wakes everyone who waits for this position or an earlier one.
    func reached(_ position: Position) {
        let woken = state.withLock { state in
            state.reached = max(state.reached, position)
            let due = state.waiters.filter { $0.value.position <= state.reached }
            for id in due.keys { state.waiters[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume(returning: true) }
    }

    /// Returns when `position` is reached.
    /// - Throws: `WaitTimeout` when that takes longer than `timeoutSeconds`, or at once when `waitersMax` wait already.
    func wait(for position: Position, timeoutSeconds: Double) async throws {
        let isReached = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { [self] in await arrival(at: position) }
            group.addTask {
                try await Task.sleep(for: .seconds(timeoutSeconds))
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
        try Task.checkCancellation()
        if !isReached { throw WaitTimeout(position: position) }
    }

    /// False when it was given up.
    private func arrival(at position: Position) async -> Bool {
        let id = UUID()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.reached >= position { return true }
                    if Task.isCancelled || state.waiters.count >= waitersMax { return false }
                    state.waiters[id] = Waiter(position: position, continuation: continuation)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(returning: false)
        }
    }
}

/// A position was not reached in time.
public struct WaitTimeout: Error, Equatable, CustomStringConvertible {
    public let position: Position

    public var description: String { "position \(position) was not applied in time" }
}
