/// The answering of some searches with one filter, on one state, on one thread.
struct SearchRun: Sendable {
    /// A request checked against the collection.
    struct Query: Sendable {
        let vector: QueryVector
        let limit: Int
        let scoreThreshold: Float?
        let fields: [Int]
        let withVector: Bool
        let exact: Bool
        let ef: Int?
        let explain: Bool

        /// - Throws: `SearchError`
        init(_ request: SearchRequest, schema: CollectionSchema) throws(SearchError) {
            let efs = 1...SearchRequest.efMax
            if let ef = request.ef, !efs.contains(ef) { throw .ef(came: ef, allowed: efs) }
            let limits = 1...SearchRequest.limitMax
            guard limits.contains(request.limit) else { throw .limit(came: request.limit, allowed: limits) }
            guard request.scoreThreshold?.isFinite ?? true else { throw .scoreThresholdNotFinite }
            if let model = request.model, model != schema.model {
                throw .wrongModel(came: model, collection: schema.name, allowed: schema.model)
            }
            vector = try QueryVector(request.vector, dimension: schema.dimension)
            limit = request.limit
            scoreThreshold = request.scoreThreshold
            fields = try request.payload.resolve(schema)
            withVector = request.withVector
            exact = request.exact
            ef = request.ef
            explain = request.explain
        }
    }

    let state: CollectionState
    let parameters: CollectionParameters
    let filter: CompiledFilter
    /// All exact, or none.
    let queries: [Query]

    /// One answer a query, in their order.
    func run() -> [SearchResult] {
        var runs = queries.map { query in
            QueryRun(vector: query.vector, top: TopHits(limit: query.limit, scoreThreshold: query.scoreThreshold))
        }
        var plans = [SearchPlan](repeating: SearchPlan(), count: queries.count)
        var matchingCount = 0
        var isBesideWalk = false
        for place in state.searchOrder {
            let part = state.parts[place]
            let matching = filter == .everything ? part.live : filter.slots(of: part)
            let count = filter == .everything ? part.liveCount : matching.count
            matchingCount += count
            let before = runs.map(\.comparedCount)
            let ef = queries.reduce(0) { max($0, $1.ef ?? parameters.ef, $1.limit) }
            let strategy = SearchPlan.strategy(
                for: part, matchingCount: count, exact: queries[0].exact, ef: ef, isBesideWalk: isBesideWalk, parameters
            )
            switch (strategy, part.segment) {
            case (.nothing, _): break
            case (.codes, let segment?):
                CodeScan(place: place, part: part, segment: segment, matching: matching)
                    .run(&runs, limits: queries.map(\.limit))
            case (.graph, let segment?):
                isBesideWalk = true
                graphSearch(place, part, segment, count == part.slotCount ? nil : matching, count, &runs)
            case (.halves, _):
                guard let halves = part.halves else { preconditionFailure("halves of a part with a graph") }
                HalfScan(place: place, part: part, halves: halves, matching: matching)
                    .run(&runs, limits: queries.map(\.limit))
            case (.rows, _), (.codes, nil), (.graph, nil):
                RowScan(place: place, part: part, matching: matching).run(&runs)
            }
            for index in queries.indices {
                let plan = SearchPlan.PartPlan(
                    isTail: part.tail != nil, strategy: strategy, slotCount: part.slotCount, matchingCount: count,
                    comparedCount: runs[index].comparedCount - before[index])
                plans[index].add(plan, explain: queries[index].explain)
            }
        }
        return queries.indices.map { index in
            SearchResult(
                hits: hits(runs[index].top, queries[index]), matchingCount: matchingCount, plan: plans[index],
                appliedPosition: state.appliedPosition)
        }
    }

    private func graphSearch(
        _ place: Int, _ part: Part, _ segment: Segment, _ matching: Bitmap?, _ count: Int, _ runs: inout [QueryRun]
    ) {
        guard let graph = segment.graph else { preconditionFailure("a walk was planned through no graph") }
        let rows = RowScan(place: place, part: part, matching: part.live)
        for (index, query) in queries.enumerated() {
            let search = GraphSearch(segment: segment, graph: graph, matching: matching, known: runs[index].top.floor)
            let width = max(query.ef ?? parameters.ef, query.limit)
            let found = search.run(query.vector, limit: query.limit, ef: width)
            if found.count < min(query.limit, count) {
                // The walk ended without enough: what matches is compared one by one.
                CodeScan(place: place, part: part, segment: segment, matching: matching ?? part.live)
                    .run(&runs, at: index, limit: query.limit)
            } else {
                rows.run(found, &runs[index])
            }
        }
    }

    private func hits(_ top: TopHits, _ query: Query) -> [Hit] {
        top.sorted.map { entry in
            let (part, slot) = (Int(entry.part), Int(entry.slot))
            return Hit(
                id: entry.key.id, score: entry.score,
                payload: state.payload(part: part, slot: slot, fields: query.fields),
                vector: query.withVector ? state.vector(part: part, slot: slot) : nil)
        }
    }
}
