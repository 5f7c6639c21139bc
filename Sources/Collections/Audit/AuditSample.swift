/// A search that was answered by a walk, with its answer and the state it came from.
struct AuditSample: Sendable {
    struct Found: Sendable {
        let key: PointKey
        let score: Float
    }

    let state: CollectionState
    let filter: CompiledFilter
    let vector: QueryVector
    let limit: Int
    let scoreThreshold: Float?
    let found: [Found]
    let takenAt: ContinuousClock.Instant

    /// - Parameter index: of the query among those of the run.
    init(_ run: SearchRun, _ index: Int, _ answer: SearchResult, takenAt: ContinuousClock.Instant) {
        let query = run.queries[index]
        state = run.state
        filter = run.filter
        vector = query.vector
        limit = query.limit
        scoreThreshold = query.scoreThreshold
        found = answer.hits.map { Found(key: PointKey($0.id), score: $0.score) }
        self.takenAt = takenAt
    }

    /// The share found of the exact answer; nil where that is empty, for then there was nothing to find. A hit whose
    /// score is that of the last of the exact answer counts as found: which of equals are among the best is chance.
    ///
    /// Every matching row is compared in full precision, and no code is read: codes damaged in a file would mislead the
    /// walk and a scan of codes alike. O(matching points × dimension)
    func recall() -> Double? {
        var runs = [QueryRun(vector: vector, top: TopHits(limit: limit, scoreThreshold: scoreThreshold))]
        for (place, part) in state.parts.enumerated() {
            RowScan(place: place, part: part, matching: filter.slots(of: part)).run(&runs)
        }
        let exact = runs[0].top.sorted
        guard let last = exact.last else { return nil }
        let keys = Set(exact.map(\.key))
        let foundCount = found.count { keys.contains($0.key) || $0.score == last.score }
        return Double(min(foundCount, exact.count)) / Double(exact.count)
    }
}
