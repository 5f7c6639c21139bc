/// Stops calls to something that fails, and lets one through now and then to see whether it works again (Nygard, "Release
/// It!", 2007).
///
/// - Closed: calls pass. Enough failures in a row, or a large enough share of failures among the calls of late, open it.
/// - Open: calls are refused, for a duration with jitter, so that instances do not come back all at once.
/// - Half-open: one call at a time passes as a probe. Its success closes the breaker; its failure opens it again, for twice
///   as long as before, up to a limit. A probe that says nothing, being cancelled for instance, makes room for the next.
///
/// A pure state machine: time is a duration since any fixed moment and never goes back, randomness is handed in. Every
/// permit must be given back by `record`, exactly once. Each call is O(1).
public struct CircuitBreaker: Sendable {
    public struct Limits: Sendable, Hashable {
        /// So many failures in a row open it.
        public var failuresInRowMax = 5
        /// This share of failures within the window opens it, 0...1.
        public var failureShareMax = 0.5
        /// The share counts from so many calls in the window on.
        public var windowCallsMin = 20
        /// How long an outcome counts for the share.
        public var window: Duration = .seconds(30)
        /// How long it is open at first.
        public var openDuration: Duration = .seconds(5)
        /// The longest time it is open, jitter not counted, however many probes fail and whatever the other side asks for.
        public var openDurationMax: Duration = .seconds(60)
        /// Up to this share of the duration is added at random, 0...1.
        public var jitterShare = 0.2

        public init() {}
    }

    public enum State: Sendable, Hashable { case closed, open, halfOpen }

    /// Leave for one call.
    public struct Permit: Sendable, Hashable {
        /// Which period of the breaker it belongs to: what is told after a change of state no longer counts.
        fileprivate let period: Int
        /// Whether this call finds out if the other side works again.
        public let isProbe: Bool
    }

    public enum Admission: Sendable, Hashable {
        case allowed(Permit)
        /// Not now; it is no use to ask before this time has passed.
        case refused(retryAfter: Duration)
    }

    public enum Outcome: Sendable, Hashable {
        case success
        /// - Parameter retryAfter: how long the other side asked to be left alone.
        case failure(retryAfter: Duration? = nil)
        /// Says nothing about the other side: the call was cancelled, or wrong in itself.
        case neutral
    }

    private enum Phase {
        case closed
        case open(until: Duration)
        case halfOpen(isProbing: Bool)
    }

    public let limits: Limits
    private var phase = Phase.closed
    private var period = 0
    private var failuresInRow = 0
    private var outcomes: OutcomeWindow
    /// How long it is to be open next time.
    private var nextOpenDuration: Duration
    /// How often it opened, for metrics.
    public private(set) var openedCount = 0

    public init(limits: Limits = Limits()) {
        precondition(limits.failuresInRowMax >= 1 && limits.windowCallsMin >= 1, "counts begin at 1")
        precondition(limits.window > .zero && limits.openDuration > .zero, "durations are above zero")
        precondition(limits.openDurationMax >= limits.openDuration, "the longest duration is the longest")
        precondition((0...1).contains(limits.failureShareMax), "a share is 0...1")
        precondition((0...1).contains(limits.jitterShare), "a share is 0...1")
        self.limits = limits
        outcomes = OutcomeWindow(length: limits.window)
        nextOpenDuration = limits.openDuration
    }

    /// What it is at a time: an open one whose time is over counts as half-open.
    public func state(now: Duration) -> State {
        switch phase {
        case .closed: .closed
        case .open(let end): now >= end ? .halfOpen : .open
        case .halfOpen: .halfOpen
        }
    }

    /// Asks for leave to make a call.
    public mutating func admit(now: Duration) -> Admission {
        switch phase {
        case .closed:
            return .allowed(Permit(period: period, isProbe: false))
        case .open(let end) where now < end:
            return .refused(retryAfter: end - now)
        case .open, .halfOpen(isProbing: false):
            phase = .halfOpen(isProbing: true)
            period += 1
            return .allowed(Permit(period: period, isProbe: true))
        case .halfOpen(isProbing: true):
            // Nobody knows when the probe ends; the shortest open duration is a fair guess.
            return .refused(retryAfter: limits.openDuration)
        }
    }

    /// Tells how a permitted call ended. What belongs to an earlier period changes nothing.
    public mutating func record(
        _ outcome: Outcome, for permit: Permit, now: Duration, using generator: inout some RandomNumberGenerator
    ) {
        guard permit.period == period else { return }
        switch (outcome, permit.isProbe) {
        case (.neutral, false): break
        case (.neutral, true): phase = .halfOpen(isProbing: false)
        case (.success, false):
            failuresInRow = 0
            outcomes.add(isFailure: false, now: now)
        case (.success, true): close()
        case (.failure(let retryAfter), true):
            nextOpenDuration = min(nextOpenDuration + nextOpenDuration, limits.openDurationMax)
            open(now: now, retryAfter: retryAfter, using: &generator)
        case (.failure(let retryAfter), false):
            failuresInRow += 1
            outcomes.add(isFailure: true, now: now)
            if isFailing(now: now) { open(now: now, retryAfter: retryAfter, using: &generator) }
        }
    }

    private mutating func isFailing(now: Duration) -> Bool {
        if failuresInRow >= limits.failuresInRowMax { return true }
        let (calls, failures) = outcomes.counts(now: now)
        return calls >= limits.windowCallsMin && Double(failures) >= limits.failureShareMax * Double(calls)
    }

    private mutating func close() {
        phase = .closed
        period += 1
        failuresInRow = 0
        outcomes = OutcomeWindow(length: limits.window)
        nextOpenDuration = limits.openDuration
    }

    private mutating func open(now: Duration, retryAfter: Duration?, using generator: inout some RandomNumberGenerator)
    {
        let asked = min(max(nextOpenDuration, retryAfter ?? .zero), limits.openDurationMax)
        let jitter = asked * (limits.jitterShare * Double.random(in: 0...1, using: &generator))
        phase = .open(until: now + asked + jitter)
        period += 1
        openedCount += 1
        failuresInRow = 0
        outcomes = OutcomeWindow(length: limits.window)
    }
}

/// Counts of outcomes within a sliding window, in ten slices: a slice leaves as a whole, so the window is exact to a tenth.
private struct OutcomeWindow: Sendable {
    private struct Slice {
        var number = -1
        var calls = 0
        var failures = 0
    }

    private static let sliceCount = 10
    private let sliceLength: Duration
    private var slices = [Slice](repeating: Slice(), count: sliceCount)

    init(length: Duration) { sliceLength = length / Self.sliceCount }

    mutating func add(isFailure: Bool, now: Duration) {
        let number = number(at: now)
        let place = number % Self.sliceCount
        if slices[place].number != number { slices[place] = Slice(number: number) }
        slices[place].calls += 1
        if isFailure { slices[place].failures += 1 }
    }

    func counts(now: Duration) -> (calls: Int, failures: Int) {
        let oldest = number(at: now) - Self.sliceCount + 1
        return slices.reduce(into: (0, 0)) { counts, slice in
            guard slice.number >= max(oldest, 0) else { return }
            counts.0 += slice.calls
            counts.1 += slice.failures
        }
    }

    /// Slices since the fixed moment.
    private func number(at now: Duration) -> Int { Int(max(now / sliceLength, 0)) }
}
