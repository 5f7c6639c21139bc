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
        var candidates = limits.map(Candidates.init)
        scanCodes(queries, &candidates)
        let rows = RowScan(place: place, part: part, matching: matching)
        for index in queries.indices { candidates[index].compare(rows, &queries[index]) }
    }

    /// A block of codes stays in cache from query to query.
    private func scanCodes(_ queries: [QueryRun], _ candidates: inout [Candidates]) {
        let capacity = Self.blockSlots + 63
        let dimension = segment.schema.dimension
        let bounds = queries.map { CodeBounds($0.vector, segment.codes, dimension: dimension) }
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * capacity) { buffer in
            guard let products = buffer.baseAddress else { return }
            matching.forEachBlock(Self.blockSlots) { slots in
                for index in queries.indices {
                    segment.codes.products(queries[index].vector, slots, into: products, spare: products + capacity)
                    let bounds = bounds[index]
                    candidates[index].add(slots, floor: queries[index].top.floor) { place in
                        bounds.bound(products[place], slot: Int(slots[place]))
                    }
                }
            }
        }
    }
}

/// What a product of codes says of the product of the vectors.
private struct CodeBounds {
    private let codes: VectorCodes
    private let scale: Float
    /// A bound is `base + factor × the row's error` away from the product of the codes.
    private let base: Float
    private let factor: Float

    init(_ query: QueryVector, _ codes: VectorCodes, dimension: Int) {
        self.codes = codes
        scale = query.scale * codes.scale
        let error = query.error(dimension: dimension)
        factor = 1 + error
        // The sums of the full product and of the bounds are rounded too, each by less than this.
        base = error + Float(dimension + 64) * 0x1p-23
    }

    @inline(__always)
    func bound(_ product: Int32, slot: Int) -> (value: Float, width: Float) {
        (Float(product) * scale, base + factor * codes.errors.base[slot])
    }
}
