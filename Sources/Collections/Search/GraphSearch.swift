/// Finds the rows of a segment near a query by walking its graph.
struct GraphSearch {
    let segment: Segment
    let graph: Graph
    /// Slots that may be found; all where nil.
    let matching: Bitmap?

    /// The slots to be compared in full precision for the `limit` best of those found, ascending.
    func run(_ query: QueryVector, limit: Int, ef: Int) -> [UInt32] {
        withExtendedLifetime((segment, query)) {
            WalkScratchPool.shared.with(nodesMax: segment.slotCount, degreeMax: segment.codes.layout.degreeMax) {
                scratch in
                let view = graph.view(segment.codes)
                let walk = GraphWalk<HalfProduct>(view: view, query: query.codes.base, scratch: scratch)
                let entry = walk.descend(from: 0, top: view.upperLevels, to: 0)
                let reach = reach(query, limit: limit, ef: ef)
                let width = min(WalkReach.widening * ef, scratch.beamMax)
                let found: Beam
                if let matching {
                    found = matching.words.withUnsafeBufferPointer { words in
                        guard let base = words.baseAddress else { return Beam(scratch.foundEntries, capacity: 1) }
                        return walk.widen(from: entry, width: width, matching: base, reach: reach)
                    }
                } else {
                    found = walk.widen(from: entry, level: 0, width: width, reach: reach)
                }
                return compared(found, query, limit, scratch)
            }
        }
    }

    private func reach(_ query: QueryVector, limit: Int, ef: Int) -> WalkReach {
        let unit = query.scale * segment.codes.scale
        // A lower half is 7.5 on average.
        let offset = unit * (7.5 - 128) * Float(query.codeSum)
        return WalkReach(
            k: limit, width: ef, intrinsicDimension: graph.intrinsicDimension, cosine: (16 * unit, offset))
    }

    /// Those of the found that may be among the best once compared in full precision: first by the halves that the walk
    /// read, then by whole codes.
    private func compared(_ found: Beam, _ query: QueryVector, _ limit: Int, _ scratch: WalkScratch) -> [UInt32] {
        guard found.count > 0 else { return [] }
        let codes = segment.codes
        let unit = query.scale * codes.scale
        // A lower half is a number spread evenly over 16: its deviation is 16 / √12 codes in every dimension.
        let halfFloor = floor(
            below: found.score(min(limit, found.count) - 1), deviation: codes.scale * 4.62, of: 16 * unit)
        var count = 0
        while count < found.count, count < limit || Int64(found.score(count)) >= halfFloor {
            scratch.picked[count] = found.node(count)
            count += 1
        }
        let picked = UnsafeBufferPointer(start: scratch.picked, count: count)
        Kernels.best.dotHalves(
            query.codes.base, codes.lower.base, stride: codes.layout.codeBytes, bytes: codes.layout.codeBytes, picked,
            scores: scratch.scores)
        var best = Beam(scratch.comparedEntries, capacity: min(limit, count))
        for index in 0..<count {
            let product = VectorCodes.product(upper: found.score(index), lower: scratch.scores[index], query)
            scratch.scores[index] = product
            best.insert(product, picked[index])
        }
        let dimension = segment.schema.dimension
        let error = max(codes.errors.base[Int(found.node(0))], query.typicalError(dimension: dimension))
        let floor = floor(
            below: best.score(best.count - 1), deviation: error * (2 / Float(dimension)).squareRoot(),
            of: unit)
        var slots: [UInt32] = []
        slots.reserveCapacity(count)
        for index in 0..<count where Int64(scratch.scores[index]) >= floor { slots.append(picked[index]) }
        slots.sort()
        return slots
    }

    /// A product of codes is off by a sum of many small errors of either sign; the margin is four of its standard
    /// deviations, on either side.
    private func floor(below score: Int32, deviation: Float, of unit: Float) -> Int64 {
        let margin = 8 * deviation / unit
        // Numbers of a file may be anything.
        return Int64(score) - (margin < 0x1p40 ? Int64(margin) : 1 << 40)
    }
}
