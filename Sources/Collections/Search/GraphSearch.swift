/// Finds the rows of a segment near a query by walking its graph.
///
/// What a walk finds by few bits of each code is ranked again by more of them, and again, each time as far down as noise
/// may have moved one of the best.
struct GraphSearch {
    let segment: Segment
    let graph: Graph
    /// Slots that may be found; all where nil.
    let matching: Bitmap?
    /// A cosine that as many points of other segments as are wanted have at least; −∞ where there are fewer.
    var known = -Float.infinity

    /// The slots to be compared in full precision for the `limit` best of those found, ascending.
    func run(_ query: QueryVector, limit: Int, ef: Int) -> [UInt32] {
        withExtendedLifetime((segment, query)) {
            WalkScratchPool.shared.with(nodesMax: segment.slotCount, degreeMax: segment.codes.layout.degreeMax) {
                scratch in
                if segment.codes.isBinary {
                    let found = walk(SignProduct.self, query, signs(query), limit, ef, scratch)
                    return compared(rankedByHalves(found, query, limit, scratch), query, limit, scratch)
                }
                let found = walk(HalfProduct.self, query, halves(query), limit, ef, scratch)
                return compared(found, query, limit, scratch)
            }
        }
    }

    private func walk<Product: NodeProduct>(
        _: Product.Type, _ query: QueryVector, _ measure: ScoreMeasure, _ limit: Int, _ ef: Int, _ scratch: WalkScratch
    ) -> Beam {
        let view = graph.view(segment.codes)
        let walk = GraphWalk<Product>(view: view, query: query.codes.base, scratch: scratch)
        let entry = walk.descend(from: 0, top: view.upperLevels, to: 0)
        let reach = WalkReach(k: limit, width: ef, intrinsicDimension: graph.intrinsicDimension, known: known, measure)
        let width = min(WalkReach.widening * ef, scratch.beamMax)
        guard let matching else { return walk.widen(from: entry, level: 0, width: width, reach: reach) }
        return matching.words.withUnsafeBufferPointer { words in
            guard let base = words.baseAddress else { return Beam(scratch.foundEntries, capacity: 1) }
            return walk.widen(from: entry, width: width, matching: base, reach: reach)
        }
    }

    // MARK: What scores say

    private var dimension: Float { Float(segment.schema.dimension) }

    /// Of the sum of the query's elements where signs are positive. An element of a vector of length one is about
    /// √(2/π) / √dimension times its sign, and off by √(1 − 2/π) / √dimension; in the scale of the first, a product is off
    /// by √(π/2 − 1) / √dimension.
    private func signs(_ query: QueryVector) -> ScoreMeasure {
        let unit = query.scale * (2 / (.pi * dimension)).squareRoot()
        return ScoreMeasure(
            scale: 2 * unit, offset: -unit * Float(query.codeSum),
            deviation: ((.pi / 2 - 1) / dimension).squareRoot())
    }

    /// Of a product with upper halves. What lower halves add is spread evenly over 16, 7.5 on average.
    private func halves(_ query: QueryVector) -> ScoreMeasure {
        let unit = query.scale * segment.codes.scale
        return ScoreMeasure(
            scale: 16 * unit, offset: unit * (7.5 - 128) * Float(query.codeSum),
            deviation: segment.codes.scale * (16 / Float(12).squareRoot()))
    }

    /// Of a product of codes.
    private func codes(_ query: QueryVector, near node: UInt32) -> ScoreMeasure {
        let typical = query.typicalError(dimension: segment.schema.dimension)
        let error = max(segment.codes.errors.base[Int(node)], typical)
        return ScoreMeasure(
            scale: query.scale * segment.codes.scale, offset: 0, deviation: error * (2 / dimension).squareRoot())
    }

    // MARK: Ranking again

    /// Those found by signs, ranked by upper halves.
    private func rankedByHalves(_ found: Beam, _ query: QueryVector, _ limit: Int, _ scratch: WalkScratch) -> Beam {
        let picked = pick(from: found, limit, signs(query), scratch)
        let upper = segment.codes.upperHalves
        Kernels.best.dotHalves(
            query.codes.base, upper.base, stride: upper.stride, bytes: segment.codes.halfBytes, picked,
            scores: scratch.scores)
        var ranked = Beam(scratch.rankedEntries, capacity: max(1, picked.count))
        for index in picked.indices { ranked.insert(scratch.scores[index], picked[index]) }
        return ranked
    }

    /// Those ranked by upper halves that may be among the best once compared in full precision, after a look at whole
    /// codes.
    private func compared(_ found: Beam, _ query: QueryVector, _ limit: Int, _ scratch: WalkScratch) -> [UInt32] {
        let picked = pick(from: found, limit, halves(query), scratch)
        guard let nearest = picked.first else { return [] }
        Kernels.best.dotHalves(
            query.codes.base, segment.codes.lower.base, stride: segment.codes.halfBytes,
            bytes: segment.codes.halfBytes, picked, scores: scratch.scores)
        var best = Beam(scratch.comparedEntries, capacity: min(limit, picked.count))
        for index in picked.indices {
            let product = VectorCodes.product(upper: found.score(index), lower: scratch.scores[index], query)
            scratch.scores[index] = product
            best.insert(product, picked[index])
        }
        let floor = codes(query, near: nearest).floor(below: best.score(best.count - 1))
        var slots: [UInt32] = []
        slots.reserveCapacity(picked.count)
        for index in picked.indices where Int64(scratch.scores[index]) >= floor { slots.append(picked[index]) }
        slots.sort()
        return slots
    }

    /// The first nodes of a beam, as far as they may be among the `limit` best.
    private func pick(
        from found: Beam, _ limit: Int, _ measure: ScoreMeasure, _ scratch: WalkScratch
    ) -> UnsafeBufferPointer<UInt32> {
        var count = min(limit, found.count)
        for index in 0..<count { scratch.picked[index] = found.node(index) }
        if count > 0 {
            let floor = measure.floor(below: found.score(count - 1))
            while count < found.count, Int64(found.score(count)) >= floor {
                scratch.picked[count] = found.node(count)
                count += 1
            }
        }
        return UnsafeBufferPointer(start: scratch.picked, count: count)
    }
}
