/// Sees to it that every node can be reached from node 0 along links of the lowest level.
struct GraphReach {
    let view: GraphView
    let links: (UInt32) -> UnsafeMutablePointer<UInt32>

    /// The nodes that cannot be reached, ascending. O(links)
    static func unreachable(_ view: GraphView) -> [UInt32] {
        if view.count == 0 { return [] }
        var isReached = [Bool](repeating: false, count: view.count)
        spread(from: 0, view, &isReached)
        return isReached.indices.filter { !isReached[$0] }.map(UInt32.init)
    }

    /// Gives each node that cannot be reached a link from the nearest reachable one with a free place; where none has
    /// one, the last place of the nearest, which may cut off others: they are seen to in the next round.
    func connect(_ member: BuildMember) {
        for _ in 0..<Self.roundsMax {
            var isReached = [Bool](repeating: false, count: view.count)
            if view.count > 0 { Self.spread(from: 0, view, &isReached) }
            let lost = isReached.indices.filter { !isReached[$0] }
            if lost.isEmpty { return }
            for node in lost where !isReached[node] {
                link(UInt32(node), isReached, member)
                // What it leads to can be reached now as well.
                Self.spread(from: UInt32(node), view, &isReached)
            }
        }
    }

    private static let roundsMax = 16

    private func link(_ node: UInt32, _ isReached: [Bool], _ member: BuildMember) {
        let walk = GraphWalk<WholeProduct>(view: view, query: view.codes(Int(node)), scratch: member.scratch)
        let entry = walk.descend(from: 0, top: view.upperLevels, to: 0)
        let beam = walk.widen(from: entry, level: 0, width: member.scratch.beamMax)
        let near = (0..<beam.count).map { beam.node($0) }.filter { isReached[Int($0)] }
        let host = near.first(where: hasPlace) ?? nearestWithPlace(node, isReached) ?? near.first ?? 0
        let places = links(host)
        places[(0..<view.degreeMax).first { places[$0] == NodeLayout.none } ?? view.degreeMax - 1] = node
    }

    private func hasPlace(_ node: UInt32) -> Bool { links(node)[view.degreeMax - 1] == NodeLayout.none }

    /// Looks at every node; needed where all around are full, as among many equal vectors.
    private func nearestWithPlace(_ node: UInt32, _ isReached: [Bool]) -> UInt32? {
        let query = view.codes(Int(node))
        var best: (node: UInt32, score: Int32)?
        for other in 0..<UInt32(view.count) where isReached[Int(other)] && hasPlace(other) {
            let score = Kernels.best.dot(query, view.codes(Int(other)), view.codeBytes)
            if best.map({ score > $0.score }) ?? true { best = (other, score) }
        }
        return best?.node
    }

    private static func spread(from start: UInt32, _ view: GraphView, _ isReached: inout [Bool]) {
        var waiting = [start]
        isReached[Int(start)] = true
        while let node = waiting.popLast() {
            let links = view.links(Int(node))
            for place in 0..<view.degreeMax {
                let link = links[place]
                if link == NodeLayout.none { break }
                if !isReached[Int(link)] {
                    isReached[Int(link)] = true
                    waiting.append(link)
                }
            }
        }
    }
}
