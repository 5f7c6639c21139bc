import Metrics

/// The histograms `vector_search_duration_seconds{collection,operation}`.
struct SearchDurations: Sendable {
    enum Operation: String, CaseIterable {
        case search, count, scroll, facets
        case searchBatch = "search_batch"
        case text, hybrid, recommend, diverse, groups
    }

    private let recorders: [Operation: Recorder]

    init(collection: String) {
        recorders = Dictionary(
            uniqueKeysWithValues: Operation.allCases.map { operation in
                let dimensions = [("collection", collection), ("operation", operation.rawValue)]
                return (
                    operation,
                    Recorder(label: "vector_search_duration_seconds", dimensions: dimensions, aggregate: true)
                )
            })
    }

    /// Records how long an operation that succeeded took.
    func measure<Value>(
        _ operation: Operation, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
    ) async rethrows -> Value {
        let start = ContinuousClock.now
        let value = try await body()
        recorders[operation]?.record((ContinuousClock.now - start) / .seconds(1))
        return value
    }
}
