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
        let (rows, stride) = part.rows
        var slots: [UInt32] = []
        slots.reserveCapacity(Self.blockSlots)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.blockSlots) { scores in
            guard let scores = scores.baseAddress else { return }
            for start in Swift.stride(from: 0, to: matching.slotCount, by: Self.blockSlots) {
                slots.removeAll(keepingCapacity: true)
                matching.collect(start..<min(start + Self.blockSlots, matching.slotCount), into: &slots)
                if slots.isEmpty { continue }
                for index in queries.indices {
                    Self.score(queries[index].vector, rows, stride, slots, into: scores)
                    offer(slots, scores, to: &queries[index].top)
                    queries[index].comparedCount += slots.count
                }
            }
        }
    }

    /// Offers some slots to one query.
    func run(_ slots: [UInt32], _ query: inout QueryRun) {
        let (rows, stride) = part.rows
        withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, slots.count)) { scores in
            guard let scores = scores.baseAddress else { return }
            Self.score(query.vector, rows, stride, slots, into: scores)
            offer(slots, scores, to: &query.top)
        }
        query.comparedCount += slots.count
    }

    private static func score(
        _ query: QueryVector, _ rows: UnsafePointer<Float>, _ stride: Int, _ slots: [UInt32],
        into scores: UnsafeMutablePointer<Float>
    ) {
        guard let first = slots.first, let last = slots.last else { return }
        if Int(last - first) == slots.count - 1 {
            let start = rows + Int(first) &* stride
            Kernels.best.dotRows(query.row.base, start, stride: stride, count: slots.count, scores: scores)
        } else {
            slots.withUnsafeBufferPointer { slots in
                Kernels.best.dotSlots(query.row.base, rows, stride: stride, slots: slots, scores: scores)
            }
        }
    }

    private func offer(_ slots: [UInt32], _ scores: UnsafePointer<Float>, to top: inout TopHits) {
        for index in slots.indices where scores[index] >= top.floor {
            let slot = Int(slots[index])
            top.offer(
                TopHits.Entry(score: scores[index], key: part.key(slot), part: Int32(place), slot: Int32(slot)))
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
