import Recommend

/// The answer to a search, as callers see it.
struct SearchBody: Encodable {
    let results: [QuestionResult<NoExtra>]
    let total: Int
    let query: String
    let filters: [String: JSONValue]?
    let ignoredFilters: [String]?
    let tookMs: Double
}

extension QuestionResult<NoExtra> {
    init(_ hit: QuestionIndex.Hit) {
        self.init(question: hit.question, score: hit.similarity, extra: NoExtra())
    }
}
