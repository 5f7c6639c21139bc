import Metrics

/// The gauges `vector_recall_estimate`, `vector_recall_estimate_lower` and `vector_recall_estimate_upper` and the counters
/// `vector_recall_audits_total` and `vector_recall_audits_dropped_total`, each by `{collection,k}`.
struct AuditMetrics: Sendable {
    private let collection: String
    private let factory: any MetricsFactory
    private let audited: [Counter]
    private let dropped: [Counter]

    init(collection: String, factory: any MetricsFactory) {
        self.collection = collection
        self.factory = factory
        func counters(_ label: String) -> [Counter] {
            RecallBucket.allCases.map { bucket in
                Counter(label: label, dimensions: Self.dimensions(collection, bucket), factory: factory)
            }
        }
        audited = counters("vector_recall_audits_total")
        dropped = counters("vector_recall_audits_dropped_total")
    }

    func countAudited(_ bucket: RecallBucket) { audited[bucket.rawValue].increment() }

    func countDropped(_ bucket: RecallBucket) { dropped[bucket.rawValue].increment() }

    /// Gauges come about with the first estimate: one that stood at 0 before it would look like a graph that finds
    /// nothing.
    func record(_ estimate: RecallEstimate, _ bucket: RecallBucket) {
        let dimensions = Self.dimensions(collection, bucket)
        for (label, value) in [
            ("vector_recall_estimate", estimate.recall), ("vector_recall_estimate_lower", estimate.lower),
            ("vector_recall_estimate_upper", estimate.upper),
        ] {
            Gauge(label: label, dimensions: dimensions, factory: factory).record(value)
        }
    }

    private static func dimensions(_ collection: String, _ bucket: RecallBucket) -> [(String, String)] {
        [("collection", collection), ("k", bucket.name)]
    }
}
