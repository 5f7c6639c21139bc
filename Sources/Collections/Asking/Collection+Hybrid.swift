extension Collection {
    /// The points that are near a vector or have the words of a text, or both: the first of both lists, fused by their
    /// ranks. Both lists are read from one state.
    /// - Throws: `SearchError`, `FilterError`; `WorkerPoolError` under too much load.
    public func searchHybrid(_ request: HybridSearchRequest) async throws -> HybridSearchResult {
        try await durations.measure(.hybrid) {
            let depth = try request.check()
            let fields = try request.payload.resolve(schema)
            let state = state
            let run = TextRun(
                state: state, filter: try FilterCompiler.compile(request.filter, schema: schema),
                query: try CompiledTextQuery(request.text, schema: schema), limit: depth, scoreThreshold: nil)
            let search = SearchRequest(
                vector: request.vector, filter: request.filter, limit: depth, payload: .none, exact: request.exact,
                model: request.model)
            let near = try await answer([search], on: state)[0]
            let worded = try await onThread(kilobytes: run.kilobytes) { run.run() }
            let fusion = RankFusion(
                rankConstant: request.rankConstant, weights: [request.vectorWeight, request.textWeight])
            let fused = fusion.fuse([near.hits.map(\.id), worded.best.map(\.key.id)]).prefix(request.limit)
            let hits = state.hits(
                fused.map { ($0.id, $0.score) }, fields: fields, withVector: request.withVector)
            return HybridSearchResult(
                hits: zip(hits, fused).map { hit, fused in
                    let components = HybridHit.Components(
                        vector: fused.ranks[0].map { .init(score: near.hits[$0 - 1].score, rank: $0) },
                        text: fused.ranks[1].map { .init(score: worded.best[$0 - 1].score, rank: $0) })
                    return HybridHit(
                        id: hit.id, score: hit.score, payload: hit.payload, vector: hit.vector,
                        components: request.withComponents ? components : nil)
                },
                matchingCount: worded.matchingCount, appliedPosition: state.appliedPosition)
        }
    }
}
