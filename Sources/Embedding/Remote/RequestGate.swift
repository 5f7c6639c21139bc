import Synchronization

/// Lets a bounded number of tasks through at once; a bounded number of further ones waits, first come first served.
final class RequestGate: Sendable {
    /// More tasks wait than may.
    struct Full: Error, Equatable {}

    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var running = 0
        var waiters: [Waiter] = []
        var number = 0
    }

    let concurrencyMax: Int
    let waitingMax: Int
    private let state = Mutex(State())

    init(concurrencyMax: Int, waitingMax: Int) {
        precondition(concurrencyMax >= 1 && waitingMax >= 0)
        self.concurrencyMax = concurrencyMax
        self.waitingMax = waitingMax
    }

    /// Tasks inside.
    var running: Int { state.withLock { $0.running } }
    var waiting: Int { state.withLock { $0.waiters.count } }

    /// Waits for a place. Each success is followed by one `leave`.
    /// - Throws: `Full`, or `CancellationError`; then there is nothing to leave.
    func enter() async throws {
        try Task.checkCancellation()
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer = admit(Waiter(number: number, continuation: continuation))
                if let answer { continuation.resume(with: answer) }
                // A cancellation that came before the task waited found nobody to wake.
                if Task.isCancelled { giveUp(number) }
            }
        } onCancel: {
            giveUp(number)
        }
    }

    /// Makes a place free, for the one who waits longest if anybody does.
    func leave() {
        let next = state.withLock { state -> Waiter? in
            if !state.waiters.isEmpty { return state.waiters.removeFirst() }
            state.running -= 1
            return nil
        }
        next?.continuation.resume()
    }

    /// Nil when the task waits now.
    private func admit(_ waiter: Waiter) -> Result<Void, any Error>? {
        state.withLock { state in
            if state.running < concurrencyMax {
                state.running += 1
                return .success(())
            }
            if state.waiters.count >= waitingMax { return .failure(Full()) }
            state.waiters.append(waiter)
            return nil
        }
    }

    private func giveUp(_ number: Int) {
        let waiter = state.withLock { state in
            state.waiters.firstIndex { $0.number == number }.map { state.waiters.remove(at: $0) }
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }
}
