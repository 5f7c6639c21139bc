import Synchronization

/// A clock that a test moves. Sleeps that are to be exact, such as the pauses between attempts, end at once: they move the
/// clock and are remembered. Those with a tolerance, which time-outs have, wait until the clock is moved far enough.
final class ManualClock: Clock {
    struct Instant: InstantProtocol {
        let offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        let number: Int
        let end: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Duration = .zero
        var pauses: [Duration] = []
        var sleepers: [Sleeper] = []
        var number = 0
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

        mutating func due() -> [Sleeper] {
            let due = sleepers.filter { $0.end <= now }
            sleepers.removeAll { $0.end <= now }
            return due
        }
    }

    private let state = Mutex(State())

    var now: Instant { Instant(offset: state.withLock { $0.now }) }
    var minimumResolution: Duration { .nanoseconds(1) }
    /// The sleeps that ended at once, in order.
    var pauses: [Duration] { state.withLock { $0.pauses } }

    /// Moves the clock and wakes whose time has come.
    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            return state.due()
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Waits until so many tasks sleep.
    func waitForSleepers(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let sleeper = Sleeper(number: number, end: deadline.offset, continuation: continuation)
                register(sleeper, isPause: tolerance == nil)
                if Task.isCancelled { cancel(number) }
            }
        } onCancel: {
            cancel(number)
        }
    }

    private func register(_ sleeper: Sleeper, isPause: Bool) {
        let (due, watching) = state.withLock { state -> ([Sleeper], [CheckedContinuation<Void, Never>]) in
            let length = sleeper.end - state.now
            state.sleepers.append(sleeper)
            if isPause {
                state.now = max(state.now, sleeper.end)
                state.pauses.append(length)
            }
            let due = state.due()
            let count = state.sleepers.count
            let watching = state.watchers.filter { $0.count <= count }.map(\.continuation)
            state.watchers.removeAll { $0.count <= count }
            return (due, watching)
        }
        for sleeper in due { sleeper.continuation.resume() }
        for watcher in watching { watcher.resume() }
    }

    private func cancel(_ number: Int) {
        let sleeper = state.withLock { state in
            state.sleepers.firstIndex { $0.number == number }.map { state.sleepers.remove(at: $0) }
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }
}
