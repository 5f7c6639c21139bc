import Foundation

extension Collection {
    /// The points that are like some examples and unlike others, without the examples themselves.
    ///
    /// Uses `search` underneath, once for `averageVector`; for `bestScore` once a positive, ever deeper until no other
    /// point can be among the best (the threshold algorithm of Fagin, Lotem and Naor, 2003), and where 1000 deep does not
    /// decide it, or without positives, compares every matching point with every example.
    /// - Throws: `SearchError`, `FilterError`; `WorkerPoolError` under too much load.
    public func recommend(_ request: RecommendRequest) async throws -> RecommendResult {
        try await durations.measure(.recommend) {
            try checkLimit(request.limit)
            guard request.scoreThreshold?.isFinite ?? true else { throw SearchError.scoreThresholdNotFinite }
            let fields = try request.payload.resolve(schema)
            let state = state
            let examples = try Examples(request, state)
            let best =
                switch request.strategy {
                case .averageVector: try await nearTarget(request, examples, state)
                case .bestScore: try await bestByExamples(request, examples, state)
                }
            return RecommendResult(
                hits: state.hits(best.scored, fields: fields, withVector: request.withVector),
                matchingCount: best.matchingCount, appliedPosition: state.appliedPosition)
        }
    }

    private typealias Recommended = (scored: [(id: UUID, score: Float)], matchingCount: Int)

    private func nearTarget(
        _ request: RecommendRequest, _ examples: Examples, _ state: CollectionState
    ) async throws -> Recommended {
        let search = SearchRequest(
            vector: try examples.target(), filter: request.filter, limit: request.limit,
            scoreThreshold: request.scoreThreshold, payload: .none, exact: request.exact)
        let result = try await answer([search], on: state, narrowing: Self.without(examples))[0]
        return (result.hits.map { ($0.id, $0.score) }, result.matchingCount)
    }

    private func bestByExamples(
        _ request: RecommendRequest, _ examples: Examples, _ state: CollectionState
    ) async throws -> Recommended {
        let scores = try ExampleScores(examples, dimension: schema.dimension)
        var depth = min(SearchRequest.limitMax, max(50, 2 * request.limit))
        while !request.exact, !examples.positives.isEmpty {
            let searches = examples.positives.map { positive in
                SearchRequest(vector: positive, filter: request.filter, limit: depth, payload: .none)
            }
            let lists = try await answer(searches, on: state, narrowing: Self.without(examples))
            if let best = Self.best(of: lists, depth: depth, scores, request, state) {
                return (best, lists[0].matchingCount)
            }
            if depth == SearchRequest.limitMax { break }
            depth = min(SearchRequest.limitMax, 4 * depth)
        }
        let filter = try FilterCompiler.compile(request.filter, schema: schema).and(Self.without(examples))
        let scan = ExampleScan(
            state: state, filter: filter, scores: scores, limit: request.limit, scoreThreshold: request.scoreThreshold)
        let (entries, matchingCount) = try await onThread(kilobytes: scan.kilobytes) { scan.run() }
        return (entries.map { ($0.key.id, $0.score) }, matchingCount)
    }

    /// The best of the points in some lists; nil when one in none of them could be among the best.
    private static func best(
        of lists: [SearchResult], depth: Int, _ scores: ExampleScores, _ request: RecommendRequest,
        _ state: CollectionState
    ) -> [(id: UUID, score: Float)]? {
        // A point in no list is no nearer to any positive than the last of its list, and no score is above that.
        let ceiling = lists.reduce(-Float.infinity) { ceiling, list in
            list.hits.count < depth ? ceiling : max(ceiling, list.hits.last?.score ?? ceiling)
        }
        var top = TopHits(limit: request.limit, scoreThreshold: request.scoreThreshold)
        var keys: Set<PointKey> = []
        for list in lists { for hit in list.hits { keys.insert(PointKey(hit.id)) } }
        for (key, place) in state.find(keys) {
            let part = state.parts[place.part]
            let score = scores.score(part.row(place.slot), part.rows.stride)
            top.offer(TopHits.Entry(score: score, key: key, part: Int32(place.part), slot: Int32(place.slot)))
        }
        // An equal score could come before by its id.
        guard ceiling == -.infinity || ceiling < top.floor else { return nil }
        return top.sorted.map { ($0.key.id, $0.score) }
    }

    private static func without(_ examples: Examples) -> CompiledFilter {
        examples.keys.isEmpty ? .everything : .not(.keys(examples.keys))
    }
}
