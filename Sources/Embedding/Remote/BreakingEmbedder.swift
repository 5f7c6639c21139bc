public import Metrics
import Synchronization
import Workers

/// The embedder does not work at present and is left alone for a while.
public struct EmbedderUnavailable: Error, Equatable, Sendable, CustomStringConvertible {
    /// The name of the model.
    public let model: String
    /// It is no use to ask before this time has passed.
    public let retryAfter: Duration

    public init(model: String, retryAfter: Duration) {
        self.model = model
        self.retryAfter = retryAfter
    }

    public var description: String {
        "the embedder \(model) failed and is left alone: try again in \(retryAfter)"
    }
}

/// An embedder, remote or local, behind a circuit breaker: while it fails, calls are refused at once, and one at a time
/// finds out whether it works again.
///
/// Calls that say nothing about the embedder's health do not count: those that were cancelled, wrong in themselves, or
/// refused for want of room.
public final class BreakingEmbedder: Embedder {
    private struct State {
        var breaker: CircuitBreaker
        var generator: any RandomNumberGenerator & Sendable
    }

    public let model: EmbeddingModel
    private let embedder: any Embedder
    private let state: Mutex<State>
    private let now: @Sendable () -> Duration
    private let stateGauge: Gauge
    private let openedCounter: Counter
    private let refusedCounter: Counter

    /// - Parameters:
    ///   - clock: tells how long the breaker is open.
    ///   - generator: draws the jitter.
    public init(
        _ embedder: any Embedder, limits: CircuitBreaker.Limits = CircuitBreaker.Limits(),
        clock: any Clock<Duration> = ContinuousClock(),
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        metrics factory: any MetricsFactory = MetricsSystem.factory
    ) {
        self.embedder = embedder
        model = embedder.model
        state = Mutex(State(breaker: CircuitBreaker(limits: limits), generator: generator))
        now = Pacing(clock).now
        let dimensions = [("model", embedder.model.name)]
        stateGauge = Gauge(label: "embedding_breaker_state", dimensions: dimensions, factory: factory)
        openedCounter = Counter(label: "embedding_breaker_opened_total", dimensions: dimensions, factory: factory)
        refusedCounter = Counter(label: "embedding_breaker_refusals_total", dimensions: dimensions, factory: factory)
        stateGauge.record(Self.code(.closed))
    }

    /// What the breaker is now; open and half-open mean that search has to do without new vectors.
    public var breakerState: CircuitBreaker.State { state.withLock { $0.breaker.state(now: now()) } }

    /// Sets the gauge of the state, which time alone can change. For whoever collects metrics.
    public func recordMetrics() { stateGauge.record(Self.code(breakerState)) }

    /// - Throws: `EmbedderUnavailable` while the breaker is open, or what the embedder throws.
    public func embed(_ texts: [String]) async throws -> [[Float]] {
        let permit: CircuitBreaker.Permit
        switch state.withLock({ $0.breaker.admit(now: now()) }) {
        case .allowed(let given): permit = given
        case .refused(let retryAfter):
            refusedCounter.increment()
            throw EmbedderUnavailable(model: model.name, retryAfter: retryAfter)
        }
        do {
            let vectors = try await embedder.embed(texts)
            record(texts.isEmpty ? .neutral : .success, for: permit)
            return vectors
        } catch {
            record(Self.outcome(of: error), for: permit)
            throw error
        }
    }

    private func record(_ outcome: CircuitBreaker.Outcome, for permit: CircuitBreaker.Permit) {
        let (opened, current) = state.withLock { state in
            let before = state.breaker.openedCount
            let now = now()
            state.breaker.record(outcome, for: permit, now: now, using: &state.generator)
            return (state.breaker.openedCount - before, state.breaker.state(now: now))
        }
        if opened > 0 { openedCounter.increment() }
        stateGauge.record(Self.code(current))
    }

    /// What an error says about the embedder's health.
    static func outcome(of error: any Error) -> CircuitBreaker.Outcome {
        switch error {
        case is CancellationError, is EmbeddingInputError: .neutral
        case WorkerPoolError.queueFull, RemoteEmbedderError.overloaded: .neutral
        // The provider works; this request was wrong.
        case RemoteEmbedderError.requestRefused(400, _, _), RemoteEmbedderError.requestRefused(413, _, _),
            RemoteEmbedderError.requestRefused(422, _, _):
            .neutral
        case RemoteEmbedderError.unavailable(_, _, let retryAfter): .failure(retryAfter: retryAfter)
        default: .failure()
        }
    }

    private static func code(_ state: CircuitBreaker.State) -> Int {
        switch state {
        case .closed: 0
        case .halfOpen: 1
        case .open: 2
        }
    }
}
