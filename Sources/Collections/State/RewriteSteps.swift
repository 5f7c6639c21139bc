import Synchronization

/// Counts what maintenance has done, for those who wait for it.
final class RewriteSteps: Sendable {
    private static let waitersMax = 1_000
    private static let patienceSeconds = 60.0

    private let count = Mutex<Int64>(0)
    private let waiters = PositionWaiters(waitersMax: waitersMax)

    /// The step that has not been made yet.
    var next: Position { Position(count.withLock { $0 } + 1) }

    func step() {
        let count = count.withLock { count in
            count += 1
            return count
        }
        waiters.reached(Position(count))
    }

    /// Returns when that step was made, or after a minute, so that its caller looks again.
    /// - Throws: `CancellationError`; `WaitError.tooManyWaiters`
    func wait(for step: Position) async throws {
        do {
            try await waiters.wait(for: step, timeoutSeconds: Self.patienceSeconds)
        } catch WaitError.timedOut {
            return
        }
    }
}
