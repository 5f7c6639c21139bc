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
                let walk = GraphWalk(view: view, query: query.codes.base, scratch: scratch)
                let entry = walk.descend(from: 0, top: view.upperLevels, to: 0)
                let found: Beam
                if let matching {
                    found = matching.words.withUnsafeBufferPointer { words in
                        guard let base = words.baseAddress else { return Beam(scratch.foundEntries, capacity: 1) }
                        return walk.widen(from: entry, width: ef, matching: base)
                    }
                } else {
                    found = walk.widen(from: entry, level: 0, width: ef)
                }
                return compared(found, query, limit)
            }
        }
    }

    /// Those of the found that may be among the best once compared in full precision. A product of codes is off by a sum
    /// of many small errors of either sign; the margin is four of its standard deviations, on either side.
    private func compared(_ found: Beam, _ query: QueryVector, _ limit: Int) -> [UInt32] {
        var slots: [UInt32] = []
        guard found.count > 0 else { return slots }
        let last = found.score(min(limit, found.count) - 1)
        let error = max(segment.codes.errors.base[Int(found.node(0))], query.error)
        let deviation = error * (2 / Float(segment.schema.dimension)).squareRoot()
        let margin = Int64(8 * deviation / (query.scale * segment.codes.scale))
        for index in 0..<found.count {
            if index >= limit, Int64(found.score(index)) < Int64(last) - margin { break }
            slots.append(found.node(index))
        }
        slots.sort()
        return slots
    }
}
