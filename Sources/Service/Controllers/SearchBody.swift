import Recommend

/// The answer to a search, as callers see it.
struct SearchBody<Result: Encodable>: Encodable {
    let results: [Result]
    let total: Int
    let query: String
    var contentType: String?
    var filters: [String: JSONValue]?
    var ignoredFilters: [String]?
    /// True while the embedder does not work: words alone decided, and scores are those of BM25.
    let degraded: Bool?
    let tookMs: Double

    init<Hit: Sendable>(
        _ answer: SearchAnswer<Hit>, query: String, since start: ContinuousClock.Instant,
        _ result: (Hit) -> Result
    ) {
        results = answer.hits.map(result)
        total = answer.hits.count
        self.query = query
        degraded = answer.isDegraded ? true : nil
        tookMs = Double((ContinuousClock.now - start) / .microseconds(1)) / 1_000
    }
}

extension QuestionResult<NoExtra> {
    init(_ hit: QuestionIndex.Hit) {
        self.init(question: hit.question, score: hit.similarity, extra: NoExtra())
    }
}
