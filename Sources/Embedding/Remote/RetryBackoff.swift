/// How long to wait before a failed call is tried again: exponential backoff with full jitter (Brooker, "Exponential
/// Backoff And Jitter", AWS Architecture Blog, 2015).
///
/// Each pause is drawn evenly from nothing up to a ceiling that doubles with every failure, so that callers who failed
/// together do not come back together. A pure value: it neither waits nor keeps a generator.
public struct RetryBackoff: Sendable, Hashable {
    /// The ceiling after the first failure.
    public let base: Duration
    /// The ceiling never exceeds this.
    public let pauseMax: Duration

    /// - Parameters:
    ///   - base: above zero.
    ///   - pauseMax: at least `base`.
    public init(base: Duration, pauseMax: Duration) {
        precondition(base > .zero && pauseMax >= base, "a backoff begins above zero and grows")
        self.base = base
        self.pauseMax = pauseMax
    }

    /// The longest pause after this many failures in a row: `base` after one, twice as long after each further one, up to
    /// `pauseMax`. O(log(pauseMax / base)).
    /// - Parameter failures: 1 or more.
    public func ceiling(afterFailures failures: Int) -> Duration {
        precondition(failures >= 1, "there is no pause before the first failure")
        var ceiling = base
        var doublings = failures - 1
        while doublings > 0 && ceiling < pauseMax {
            // Doubling by a subtraction cannot overflow, however long the pauses are.
            ceiling = ceiling > pauseMax - ceiling ? pauseMax : ceiling + ceiling
            doublings -= 1
        }
        return ceiling
    }

    /// A pause from zero to `ceiling(afterFailures:)`; the same generator gives the same pauses.
    public func pause(afterFailures failures: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        ceiling(afterFailures: failures) * Double.random(in: 0...1, using: &generator)
    }
}
