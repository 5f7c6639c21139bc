import Synchronization

/// Tasks that wait until a position is reached. A bounded number of them; nothing polls.
final class PositionWaiters: Sendable {
    private struct Waiter {
        let position: Position
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var reached = Position.start
        var waiters: [Int: Waiter] = [:]
        var made = 0
    }

    private let waitersMax: Int
    private let state = Mutex(State())

    init(waitersMax: Int) { self.waitersMax = waitersMax }

    /// Wakes those who wait for `position` or one before it.
    func reached(_ position: Position) {
        let woken = state.withLock { state -> [Waiter] in
            guard position > state.reached else { return [] }
            state.reached = position
            let ready = state.waiters.filter { $0.value.position <= position }
            for number in ready.keys { state.waiters[number] = nil }
            return Array(ready.values)
        }
        for waiter in woken { waiter.continuation.resume() }
    }

    /// Returns once `position` is reached.
    /// - Throws: `WaitError.timedOut` after `timeoutSeconds`, `WaitError.tooManyWaiters`, `CancellationError`.
    func wait(for position: Position, timeoutSeconds: Double) async throws {
        if state.withLock({ $0.reached >= position }) { return }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await self.arrival(of: position)
                return true
            }
            group.addTask {
                try await Task.sleep(for: .seconds(timeoutSeconds))
                return false
            }
            defer { group.cancelAll() }
            guard let isReached = try await group.next(), isReached else {
                throw WaitError.timedOut(position, timeoutSeconds: timeoutSeconds)
            }
        }
    }

    private func arrival(of position: Position) async throws {
        let number = state.withLock { state in
            state.made += 1
            return state.made
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome = state.withLock { state -> Result<Void, any Error>? in
                    if state.reached >= position { return .success(()) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.waiters.count >= waitersMax {
                        return .failure(WaitError.tooManyWaiters(waitersMax: waitersMax))
                    }
                    state.waiters[number] = Waiter(position: position, continuation: continuation)
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            // A cancellation before the registration is seen by it: both take the lock.
            let waiter = state.withLock { $0.waiters.removeValue(forKey: number) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }
}

/// Why a wait for a position ended before it was reached.
public enum WaitError: Error, Equatable, CustomStringConvertible {
    case timedOut(Position, timeoutSeconds: Double)
    case tooManyWaiters(waitersMax: Int)

    public var description: String {
        switch self {
        case .timedOut(let position, let seconds): "position \(position) was not applied within \(seconds) seconds"
        case .tooManyWaiters(let waitersMax): "\(waitersMax) tasks wait for a position already, their maximum"
        }
    }
}
