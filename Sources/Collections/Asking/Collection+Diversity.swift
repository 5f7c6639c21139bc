extension Collection {
    /// The range of `diversity`.
    public static let diversities = 0.0...1.0

    /// The points nearest to a vector that also differ from each other.
    ///
    /// Maximal marginal relevance (Carbonell and Goldstein, "The use of MMR, diversity-based reranking", 1998): of a pool
    /// of the nearest points the hits are chosen one by one, each with the greatest
    /// `(1 − diversity) × cosine with the query − diversity × greatest cosine with a point chosen before`; of equal ones
    /// the nearer to the query, then the lower id. Hits stand in the order they were chosen in and carry their cosine
    /// with the query. With 0 the answer is that of `search`; with 1 only the first is chosen by the query.
    /// - Parameters:
    ///   - diversity: 0...1
    ///   - poolCount: points to choose from, `limit`...1000; nil: ten times `limit`, but at least 100.
    /// - Throws: `SearchError`, `FilterError`; `WorkerPoolError` under too much load.
    /// - Complexity: a search for the pool, then O(limit × pool × dimension).
    public func searchDiverse(
        _ request: SearchRequest, diversity: Double, poolCount: Int? = nil
    ) async throws -> SearchResult {
        try await durations.measure(.diverse) {
            guard Self.diversities.contains(diversity) else {
                throw SearchError.number("diversity", came: diversity, allowed: Self.diversities)
            }
            try checkLimit(request.limit)
            let pools = request.limit...SearchRequest.limitMax
            let poolCount = poolCount ?? min(pools.upperBound, max(100, 10 * request.limit))
            guard pools.contains(poolCount) else { throw SearchError.size("pool", came: poolCount, allowed: pools) }
            let fields = try request.payload.resolve(schema)
            let state = state
            if diversity == 0 { return try await answer([request], on: state)[0] }

            var wide = request
            wide.limit = poolCount
            wide.payload = .none
            wide.withVector = false
            let pool = try await answer([wide], on: state)[0]
            let choice = MarginalRelevance(
                state: state, pool: pool.hits.map { ($0.id, $0.score) }, diversity: diversity, limit: request.limit)
            let chosen = try await onThread(kilobytes: choice.kilobytes) { choice.run() }
            return SearchResult(
                hits: state.hits(
                    chosen.map { (pool.hits[$0].id, pool.hits[$0].score) }, fields: fields,
                    withVector: request.withVector),
                matchingCount: pool.matchingCount, plan: pool.plan, appliedPosition: state.appliedPosition)
        }
    }
}
