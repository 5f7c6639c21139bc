/// A clock reduced to what waiting needs, so that tests can hold the time.
struct Pacing: Sendable {
    /// The time given to some work was over.
    struct TimedOut: Error, Equatable {
        let limit: Duration
    }

    /// Time since this value was made.
    let now: @Sendable () -> Duration
    /// Waits; throws `CancellationError` as soon as the task is cancelled.
    let sleep: @Sendable (Duration) async throws -> Void
    /// The same for time-outs, which need not be exact: a hundredth later is as good.
    private let sleepRoughly: @Sendable (Duration) async throws -> Void

    init(_ clock: some Clock<Duration>) {
        let start = clock.now
        now = { start.duration(to: clock.now) }
        sleep = { try await clock.sleep(for: $0) }
        sleepRoughly = { try await clock.sleep(for: $0, tolerance: $0 / 100) }
    }

    /// Does some work for at most a time. What is cancelled is waited for: the work has to mind its cancellation.
    /// - Throws: `TimedOut`, or what the work throws.
    func within<Value: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await work() }
            group.addTask {
                try await sleepRoughly(limit)
                throw TimedOut(limit: limit)
            }
            guard let first = try await group.next() else { throw TimedOut(limit: limit) }
            return first
        }
    }
}
