/// Finds the best rows of a segment by their codes, exactly.
///
/// With query q = a·c + e and row x = b·d + f, c and d being codes, e and f what quantising lost,
/// q·x = a·b·(c·d) + e·(b·d) + q·f, so the product of the codes is off by at most |e|·(1 + |f|) + |f|: by Cauchy and
/// Schwarz, since q and x have length one and |b·d| ≤ 1 + |f|. A row whose upper bound is below the `limit`-th best
/// lower bound cannot be among the best. The others are compared in full precision.
struct CodeScan {
    private static let blockSlots = 1_024

    /// The part's place in the state.
    let place: Int
    let part: Part
    let segment: Segment
    /// Live slots that match.
    let matching: Bitmap

    /// For one of the queries.
    func run(_ queries: inout [QueryRun], at index: Int, limit: Int) {
        var one = [queries[index]]
        run(&one, limits: [limit])
        queries[index] = one[0]
    }

    func run(_ queries: inout [QueryRun], limits: [Int]) {
        var candidates = zip(queries, limits).map { query, limit in
            Candidates(query.vector, limit: limit, dimension: segment.schema.dimension)
        }
        scanCodes(queries, &candidates)
        let rows = RowScan(place: place, part: part, matching: matching)
        for index in queries.indices {
            // The best by lower bound first: they raise the floor for the others.
            let first = candidates[index].best
            rows.run(first, &queries[index])
            rows.run(candidates[index].others(than: first, above: queries[index].top.floor), &queries[index])
        }
    }

    /// A block of codes stays in cache from query to query.
    private func scanCodes(_ queries: [QueryRun], _ candidates: inout [Candidates]) {
        let capacity = Self.blockSlots + 63
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * capacity) { buffer in
            guard let products = buffer.baseAddress else { return }
            matching.forEachBlock(Self.blockSlots) { slots in
                for index in queries.indices {
                    segment.codes.products(queries[index].vector, slots, into: products, spare: products + capacity)
                    candidates[index].add(slots, products, segment.codes, floor: queries[index].top.floor)
                }
            }
        }
    }
}

/// The rows of a segment that may be among the best for a query.
private struct Candidates {
    private struct Bound {
        let value: Float
        let slot: UInt32
    }

    private let limit: Int
    private let scale: Float
    /// A bound is `base + factor × the row's error` away from the product of the codes.
    private let base: Float
    private let factor: Float
    /// The `limit` best lower bounds, the worst on top.
    private var lower: [Bound] = []
    /// The upper bounds of rows not ruled out when they were seen, by slot.
    private var upper: [Bound] = []
    private var pruneAt: Int

    init(_ query: QueryVector, limit: Int, dimension: Int) {
        self.limit = limit
        scale = query.scale
        let error = query.error(dimension: dimension)
        factor = 1 + error
        // The sums of the full product and of the bounds are rounded too, each by less than this.
        base = error + Float(dimension + 64) * 0x1p-23
        pruneAt = 4 * limit + 8_192
        lower.reserveCapacity(limit)
    }

    mutating func add(
        _ slots: UnsafeBufferPointer<UInt32>, _ products: UnsafePointer<Int32>, _ codes: VectorCodes, floor: Float
    ) {
        var floor = max(floor, self.floor)
        let factorOfProduct = scale * codes.scale
        for index in slots.indices {
            let slot = slots[index]
            let product = Float(products[index]) * factorOfProduct
            let width = base + factor * codes.errors.base[Int(slot)]
            guard product + width >= floor else { continue }
            upper.append(Bound(value: product + width, slot: slot))
            offerLower(Bound(value: product - width, slot: slot))
            floor = max(floor, self.floor)
        }
        if upper.count >= pruneAt {
            upper.removeAll { $0.value < floor }
            // Doubling keeps pruning linear where little can be ruled out.
            pruneAt = max(pruneAt, 2 * upper.count)
        }
    }

    /// The slots with the best lower bounds, ascending.
    var best: [UInt32] { lower.map(\.slot).sorted() }

    /// The other slots whose upper bound is not below `floor`, ascending.
    func others(than best: [UInt32], above floor: Float) -> [UInt32] {
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
