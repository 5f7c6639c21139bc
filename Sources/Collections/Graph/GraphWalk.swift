/// The search in a hierarchical navigable small world (Malkov and Yashunin, 2018, algorithms 2 and 5), on codes.
///
/// Scores are products of codes with one scale for all nodes of a graph, so they are compared as whole numbers.
/// Nothing is allocated, retained or locked on the way.
struct GraphWalk<Product: NodeProduct> {
    let view: GraphView
    /// Codes of the query, padded as those of nodes.
    let query: UnsafePointer<Int8>
    let scratch: WalkScratch

    /// The node that greedy descent reaches on `level`, from the entry at `top`.
    func descend(from entry: UInt32, top: Int, to level: Int) -> (node: UInt32, score: Int32) {
        withUnsafePointer(to: entry) { score($0, 1) }
        var best = (node: entry, score: scratch.scores[0])
        var current = top
        while current > level {
            var moved = true
            while moved {
                moved = false
                let links = view.upperLinks(Int(best.node), level: current)
                let count = linkCount(links, view.upperDegreeMax)
                score(links, count)
                for index in 0..<count where scratch.scores[index] > best.score {
                    best = (links[index], scratch.scores[index])
                    moved = true
                }
            }
            current &-= 1
        }
        return best
    }

    /// The `width` nodes found nearest on `level`, in the scratch's beam, or those of them that the reach leaves.
    func widen(
        from entry: (node: UInt32, score: Int32), level: Int, width: Int, reach: WalkReach = .everything
    ) -> Beam {
        var beam = Beam(scratch.beamEntries, capacity: width)
        scratch.clear()
        scratch.visit(entry.node)
        beam.insert(entry.score, entry.node)
        var cutoff = Int32.min
        while let next = beam.next(), next.score >= cutoff {
            let fresh =
                level == 0
                ? scratch.visitFresh(view.links(Int(next.node)), view.degreeMax)
                : scratch.visitFresh(view.upperLinks(Int(next.node), level: level), view.upperDegreeMax)
            let nodes = UnsafePointer(scratch.touched + fresh.start)
            score(nodes, fresh.count)
            var floor = max(beam.floor, cutoff)
            for index in 0..<fresh.count where scratch.scores[index] > floor {
                beam.insert(scratch.scores[index], nodes[index])
                floor = max(beam.floor, cutoff)
            }
            cutoff = reach.cutoff(beam)
            if let upcoming = beam.upcoming { Kernels.prefetch(view.links(Int(upcoming)), bytes: view.degreeMax &* 4) }
        }
        return beam
    }

    /// The `width` matching nodes found nearest on the lowest level, or those of them that the reach leaves. The walk
    /// passes through nodes that do not match, and ends when none is left in view that is nearer than the worst of those
    /// found.
    /// - Parameter matching: a bit for each node.
    func widen(
        from entry: (node: UInt32, score: Int32), width: Int, matching: UnsafePointer<UInt64>,
        reach: WalkReach = .everything
    ) -> Beam {
        var beam = Beam(scratch.beamEntries, capacity: scratch.beamMax)
        var found = Beam(scratch.foundEntries, capacity: width)
        scratch.clear()
        scratch.visit(entry.node)
        beam.insert(entry.score, entry.node)
        if Self.has(matching, entry.node) { found.insert(entry.score, entry.node) }
        var cutoff = Int32.min
        while let next = beam.next(), next.score >= cutoff, !found.isFull || next.score >= found.floor {
            let fresh = scratch.visitFresh(view.links(Int(next.node)), view.degreeMax)
            let nodes = UnsafePointer(scratch.touched + fresh.start)
            score(nodes, fresh.count)
            var floor = max(found.floor, cutoff)
            for index in 0..<fresh.count where scratch.scores[index] > floor {
                let (score, node) = (scratch.scores[index], nodes[index])
                beam.insert(score, node)
                if Self.has(matching, node) {
                    found.insert(score, node)
                    floor = max(found.floor, cutoff)
                }
            }
            cutoff = reach.cutoff(found)
            if let upcoming = beam.upcoming { Kernels.prefetch(view.links(Int(upcoming)), bytes: view.degreeMax &* 4) }
        }
        return found
    }

    @inline(__always)
    private static func has(_ matching: UnsafePointer<UInt64>, _ node: UInt32) -> Bool {
        matching[Int(node &>> 6)] &>> UInt64(node & 63) & 1 == 1
    }

    @inline(__always)
    private func linkCount(_ links: UnsafePointer<UInt32>, _ degreeMax: Int) -> Int {
        var count = 0
        while count < degreeMax, links[count] != NodeLayout.none { count &+= 1 }
        return count
    }

    /// The scores of some nodes, in the scratch.
    @inline(__always)
    func score(_ nodes: UnsafePointer<UInt32>, _ count: Int) {
        Product.scores(query, view, UnsafeBufferPointer(start: nodes, count: count), into: scratch.scores)
    }
}
