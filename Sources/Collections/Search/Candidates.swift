/// The rows of a part that may be among the best for a query, by bounds on their scores.
struct Candidates {
    private struct Bound {
        let value: Float
        let slot: UInt32
    }

    private let limit: Int
    /// The `limit` best lower bounds, the worst on top.
    private var lower: [Bound] = []
    /// The upper bounds of rows not ruled out when they were seen, by slot.
    private var upper: [Bound] = []
    private var pruneAt: Int

    init(limit: Int) {
        self.limit = limit
        pruneAt = 4 * limit + 8_192
        lower.reserveCapacity(limit)
    }

    /// - Parameter bound: an estimate of the score of each of `slots`, by its place among them, and how far at most it is
    ///   off.
    @inline(__always)
    mutating func add(
        _ slots: UnsafeBufferPointer<UInt32>, floor known: Float, _ bound: (Int) -> (value: Float, width: Float)
    ) {
        var floor = max(known, self.floor)
        for index in slots.indices {
            let (value, width) = bound(index)
            guard value + width >= floor else { continue }
            upper.append(Bound(value: value + width, slot: slots[index]))
            offerLower(Bound(value: value - width, slot: slots[index]))
            floor = max(floor, self.floor)
        }
        if upper.count >= pruneAt {
            upper.removeAll { $0.value < floor }
            // Doubling keeps pruning linear where little can be ruled out.
            pruneAt = max(pruneAt, 2 * upper.count)
        }
    }

    /// Compares them in full precision.
    func compare(_ rows: RowScan, _ query: inout QueryRun) {
        // The best by lower bound first: they raise the floor for the others.
        let first = best
        rows.run(first, &query)
        rows.run(others(than: first, above: query.top.floor), &query)
    }

    /// The slots with the best lower bounds, ascending.
    private var best: [UInt32] { lower.map(\.slot).sorted() }

    /// The other slots whose upper bound is not below `floor`, ascending.
    private func others(than best: [UInt32], above floor: Float) -> [UInt32] {
        let floor = max(floor, self.floor)
        var others: [UInt32] = []
        var next = 0
        for bound in upper {
            while next < best.count, best[next] < bound.slot { next += 1 }
            let isBest = next < best.count && best[next] == bound.slot
            if !isBest, bound.value >= floor { others.append(bound.slot) }
        }
        return others
    }

    /// The `limit`-th best lower bound.
    private var floor: Float { lower.count == limit ? lower[0].value : -.infinity }

    private mutating func offerLower(_ bound: Bound) {
        if lower.count < limit {
            lower.append(bound)
            var child = lower.count - 1
            while child > 0, lower[(child - 1) / 2].value > lower[child].value {
                lower.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        } else if bound.value > lower[0].value {
            lower[0] = bound
            siftDown()
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while 2 * parent + 1 < lower.count {
            var child = 2 * parent + 1
            if child + 1 < lower.count, lower[child + 1].value < lower[child].value { child += 1 }
            if lower[parent].value <= lower[child].value { return }
            lower.swapAt(parent, child)
            parent = child
        }
    }
}
