/// The score of points by the best of several examples: see `RecommendRequest.Strategy.bestScore`.
struct ExampleScores: Sendable {
    private let positives: [QueryVector]
    private let negatives: [QueryVector]

    /// - Throws: `SearchError`
    init(_ examples: Examples, dimension: Int) throws(SearchError) {
        func queries(_ vectors: [[Float]]) throws(SearchError) -> [QueryVector] {
            var queries: [QueryVector] = []
            for vector in vectors { queries.append(try QueryVector(vector, dimension: dimension)) }
            return queries
        }
        positives = try queries(examples.positives)
        negatives = try queries(examples.negatives)
    }

    var count: Int { positives.count + negatives.count }

    /// Of a padded unit vector. With positives never more than the greatest cosine with one of them.
    /// O(examples × dimension)
    func score(_ row: UnsafePointer<Float>, _ stride: Int) -> Float {
        guard !positives.isEmpty else { return -Self.nearest(negatives, row, stride) }
        let wanted = Self.nearest(positives, row, stride)
        let unwanted = Self.nearest(negatives, row, stride)
        // A cosine can be below -1 by rounding, and what is taken away may not become a gift.
        return wanted >= unwanted ? wanted : wanted - (1 + max(unwanted, -1))
    }

    private static func nearest(_ examples: [QueryVector], _ row: UnsafePointer<Float>, _ stride: Int) -> Float {
        examples.reduce(-Float.infinity) { max($0, Kernels.best.dot($1.row.base, row, stride)) }
    }
}

/// The comparison of every matching point with every example.
struct ExampleScan: Sendable {
    let state: CollectionState
    let filter: CompiledFilter
    let scores: ExampleScores
    let limit: Int
    let scoreThreshold: Float?

    /// Best first, and how many points match. O(matching points × examples × dimension).
    func run() -> (best: [TopHits.Entry], matchingCount: Int) {
        var top = TopHits(limit: limit, scoreThreshold: scoreThreshold)
        var matchingCount = 0
        for (place, part) in state.parts.enumerated() {
            let stride = part.rows.stride
            filter.slots(of: part).forEach { slot in
                matchingCount += 1
                let score = scores.score(part.row(slot), stride)
                if score >= top.floor {
                    top.offer(
                        TopHits.Entry(score: score, key: part.key(slot), part: Int32(place), slot: Int32(slot)))
                }
            }
        }
        return (top.sorted, matchingCount)
    }

    var kilobytes: Int {
        let stride = VectorRows.stride(dimension: state.schema.dimension) * MemoryLayout<Float>.stride
        return state.pointsCount * stride / 1_024 * scores.count + ScanCost.kilobytes(of: filter, state)
    }
}
