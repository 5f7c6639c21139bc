/// Whether and when a failed request is sent again: a pure value.
public struct RetryPolicy: Sendable, Hashable {
    /// Attempts in all, the first included.
    public var attemptsMax: Int
    public var backoff: RetryBackoff
    /// A provider that asks for a longer pause is not waited for: the call fails at once and tells the pause.
    public var adviceMax: Duration

    public init(
        attemptsMax: Int = 4,
        backoff: RetryBackoff = RetryBackoff(base: .milliseconds(500), pauseMax: .seconds(10)),
        adviceMax: Duration = .seconds(30)
    ) {
        precondition(attemptsMax >= 1 && adviceMax >= .zero, "there is a first attempt")
        self.attemptsMax = attemptsMax
        self.backoff = backoff
        self.adviceMax = adviceMax
    }

    /// How long to wait before the next attempt, or nil when there is to be none.
    /// - Parameters:
    ///   - attempts: made so far, all failed.
    ///   - advice: what the provider asks for. The jittered pause comes on top of it, so that not everybody who was told
    ///     the same comes back at once.
    ///   - remaining: time left; an attempt that could not begin within it is not waited for.
    func pause(
        afterAttempts attempts: Int, advice: Duration?, remaining: Duration,
        using generator: inout some RandomNumberGenerator
    ) -> Duration? {
        guard attempts < attemptsMax, advice ?? .zero <= adviceMax else { return nil }
        let pause = (advice ?? .zero) + backoff.pause(afterFailures: attempts, using: &generator)
        return pause < remaining ? pause : nil
    }
}
