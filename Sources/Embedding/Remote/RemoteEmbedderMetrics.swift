import Metrics

/// What the requests to a provider tell, beside `EmbeddingMetrics` for the calls.
struct RemoteEmbedderMetrics: Sendable {
    private let model: String
    private let factory: any MetricsFactory
    private let duration: Recorder
    private let tokens: Counter

    init(model: EmbeddingModel, factory: any MetricsFactory) {
        self.model = model.name
        self.factory = factory
        duration = Recorder(
            label: "embedding_provider_request_duration_seconds", dimensions: [("model", model.name)],
            aggregate: true, factory: factory)
        tokens = Counter(
            label: "embedding_provider_tokens_total", dimensions: [("model", model.name)], factory: factory)
    }

    /// One attempt that the provider answered, with any status.
    func answered(status: Int, after duration: Duration) {
        count("embedding_provider_requests_total", "status", String(status))
        self.duration.record(duration / .seconds(1))
    }

    /// One attempt without an answer.
    func unanswered(_ failure: ProviderFailure) {
        count("embedding_provider_requests_total", "status", Self.reason(failure))
    }

    func retried(after failure: ProviderFailure) {
        count("embedding_provider_retries_total", "reason", Self.reason(failure))
    }

    func used(tokens count: Int) { tokens.increment(by: count) }

    private func count(_ label: String, _ key: String, _ value: String) {
        Counter(label: label, dimensions: [("model", model), (key, value)], factory: factory).increment()
    }

    private static func reason(_ failure: ProviderFailure) -> String {
        switch failure {
        case .status(let status, _): String(status)
        case .timedOut, .deadlinePassed: "timeout"
        case .connection: "connection"
        }
    }
}
