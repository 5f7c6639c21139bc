import Metrics
import Workers

/// What an embedder tells about its work.
struct EmbeddingMetrics: Sendable {
    private let duration: Recorder
    private let factory: any MetricsFactory
    private let model: String

    init(model: EmbeddingModel, factory: any MetricsFactory) {
        self.model = model.name
        self.factory = factory
        duration = Recorder(
            label: "embedding_generation_duration_seconds", dimensions: [("model", model.name)], aggregate: true,
            factory: factory)
    }

    /// One call that gave vectors.
    func succeeded(after duration: Duration) { self.duration.record(duration / .seconds(1)) }

    /// One call that failed. A call given up by its caller is no failure.
    func failed(_ error: any Error) {
        guard !(error is CancellationError) else { return }
        Counter(
            label: "embedding_generation_errors_total", dimensions: [("model", model), ("reason", Self.reason(error))],
            factory: factory
        ).increment()
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case EmbeddingInputError.tooManyTexts: "too_many_texts"
        case EmbeddingInputError.textTooLarge: "text_too_large"
        case EmbeddingInputError.tooManyTokens: "too_many_tokens"
        case EmbeddingInputError.textRefused: "text_refused"
        case let error as RemoteEmbedderError: reason(error)
        case WorkerPoolError.queueFull: "queue_full"
        case WorkerPoolError.stopped: "stopped"
        default: "other"
        }
    }

    private static func reason(_ error: RemoteEmbedderError) -> String {
        switch error {
        case .keyRefused: "key_refused"
        case .quotaExhausted: "quota_exhausted"
        case .requestRefused: "request_refused"
        case .redirected: "redirected"
        case .answerUnusable: "answer_unusable"
        case .unavailable(.status(429, _), _, _): "rate_limited"
        case .unavailable(.status, _, _): "provider_failed"
        case .unavailable(.timedOut, _, _), .unavailable(.deadlinePassed, _, _): "timeout"
        case .unavailable(.connection, _, _): "connection"
        case .overloaded: "queue_full"
        }
    }
}
