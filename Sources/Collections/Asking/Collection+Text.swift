/// What to look for by words.
public struct TextSearchRequest: Sendable, Hashable {
    public var query: TextQuery
    public var filter: Filter?
    /// 1...1000
    public var limit: Int
    /// Hits with a lower score are left out. Finite.
    public var scoreThreshold: Float?
    public var payload: PayloadSelection
    /// Whether hits carry their vectors.
    public var withVector: Bool

    public init(
        query: TextQuery, filter: Filter? = nil, limit: Int = 10, scoreThreshold: Float? = nil,
        payload: PayloadSelection = .all, withVector: Bool = false
    ) {
        self.query = query
        self.filter = filter
        self.limit = limit
        self.scoreThreshold = scoreThreshold
        self.payload = payload
        self.withVector = withVector
    }
}

/// The answer to a search by words.
public struct TextSearchResult: Sendable {
    /// Points that have at least one of the words. Highest score first, which is that of BM25; of equal scores the
    /// lower id first.
    public let hits: [Hit]
    /// Points that satisfy the filter, whether they have the words or not.
    public let matchingCount: Int
    /// Every change up to it is in the answer.
    public let appliedPosition: Position
}

extension Collection {
    /// The points whose texts have the words of a query, best first: see `TextQuery` for the score. Exact.
    /// - Throws: `SearchError`, `FilterError`; `WorkerPoolError` under too much load.
    /// - Complexity: O(texts of tails + postings of the query's words) at most; words that most points have are looked
    ///   up in few of them.
    public func searchText(_ request: TextSearchRequest) async throws -> TextSearchResult {
        try await durations.measure(.text) {
            try checkLimit(request.limit)
            guard request.scoreThreshold?.isFinite ?? true else { throw SearchError.scoreThresholdNotFinite }
            let fields = try request.payload.resolve(schema)
            let state = state
            let run = TextRun(
                state: state, filter: try FilterCompiler.compile(request.filter, schema: schema),
                query: try CompiledTextQuery(request.query, schema: schema), limit: request.limit,
                scoreThreshold: request.scoreThreshold)
            let answer = try await onThread(kilobytes: run.kilobytes) { run.run() }
            return TextSearchResult(
                hits: answer.best.map { entry in
                    state.hit(
                        id: entry.key.id, score: entry.score, at: (Int(entry.part), Int(entry.slot)), fields: fields,
                        withVector: request.withVector)
                },
                matchingCount: answer.matchingCount, appliedPosition: state.appliedPosition)
        }
    }
}
