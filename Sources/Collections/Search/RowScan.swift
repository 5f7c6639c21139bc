/// Compares rows with queries in full precision.
struct RowScan {
    private static let blockSlots = 256

    /// The part's place in the state.
    let place: Int
    let part: Part
    /// Live slots that match.
    let matching: Bitmap

    /// Offers every matching slot to every query. A block of rows stays in cache from query to query.
    func run(_ queries: inout [QueryRun]) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.blockSlots + 63) { scores in
            guard let scores = scores.baseAddress else { return }
            matching.forEachBlock(Self.blockSlots) { slots in
                for index in queries.indices { compare(slots, &queries[index], scores) }
            }
        }
    }

    /// Offers some slots to one query.
    func run(_ slots: [UInt32], _ query: inout QueryRun) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, slots.count)) { scores in
            guard let scores = scores.baseAddress else { return }
            slots.withUnsafeBufferPointer { compare($0, &query, scores) }
        }
    }

    private func compare(
        _ slots: UnsafeBufferPointer<UInt32>, _ query: inout QueryRun, _ scores: UnsafeMutablePointer<Float>
    ) {
        score(query.vector, slots, into: scores)
        query.comparedCount += slots.count
        for index in slots.indices where scores[index] >= query.top.floor {
            let slot = Int(slots[index])
            query.top.offer(
                TopHits.Entry(score: scores[index], key: part.key(slot), part: Int32(place), slot: Int32(slot)))
        }
    }

    private func score(
        _ query: QueryVector, _ slots: UnsafeBufferPointer<UInt32>, into scores: UnsafeMutablePointer<Float>
    ) {
        guard let first = slots.first, let last = slots.last else { return }
        let (rows, stride) = part.rows
        if Int(last - first) == slots.count - 1 {
            let start = rows + Int(first) &* stride
            Kernels.best.dotRows(query.row.base, start, stride: stride, count: slots.count, scores: scores)
        } else {
            Kernels.best.dotSlots(query.row.base, rows, stride: stride, slots: slots, scores: scores)
        }
    }
}

/// One query on its way through the parts.
struct QueryRun {
    let vector: QueryVector
    var top: TopHits
    /// Rows compared in full precision.
    var comparedCount = 0
}
