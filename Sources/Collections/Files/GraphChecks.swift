/// Checks for segments whose slots are the nodes of a graph.
extension SectionReader {
    /// The slots in the order of their ids: every slot once, and their ids ascending, each once.
    func checkOrder(_ order: Slab<UInt32>, of keys: Slab<PointKey>) throws(SectionFileError) {
        guard order.count == keys.count else {
            throw .elementCount(section: "\(SectionKind.order)", came: order.count, allowed: keys.count)
        }
        try checkNumbers(order, below: keys.count, .order)
        // Ids that ascend strictly are all different, so the slots are too, and as many as there are: a permutation.
        var fallen: UInt8 = 0
        for index in 0..<max(0, order.count &- 1) {
            let left = keys.base[Int(order.base[index])]
            let right = keys.base[Int(order.base[index &+ 1])]
            let isLess = left.high < right.high || (left.high == right.high && left.low < right.low)
            fallen |= isLess ? 0 : 1
        }
        guard fallen == 0 else { throw .contents(section: "\(SectionKind.order)", problem: "ids must ascend") }
    }

    /// Nodes of `nodeBytes` with `degreeMax` places for links from the byte `linksAt` on: each link is a node or
    /// `UInt32.max` for none. Reads the links alone, not what else lies in a node.
    func checkNodes(
        _ nodes: Slab<UInt8>, nodeBytes: Int, linksAt: Int, degreeMax: Int
    ) throws(SectionFileError) {
        precondition(nodeBytes % 4 == 0 && linksAt % 4 == 0 && linksAt + 4 * degreeMax <= nodeBytes)
        guard nodeBytes > 0, nodes.count % nodeBytes == 0 else {
            throw .contents(section: "\(SectionKind.nodes)", problem: "it must be whole nodes of \(nodeBytes) bytes")
        }
        let count = nodes.count / nodeBytes
        let base = UnsafeRawPointer(nodes.base)
        let most = UInt32(clamping: min(count, Int(Int32.max)))
        var wrong: UInt32 = 0
        for node in 0..<count {
            let links = (base + (node &* nodeBytes &+ linksAt)).assumingMemoryBound(to: UInt32.self)
            // One more than the link, so that none becomes 0.
            for place in 0..<degreeMax { wrong |= Self.exceeds(links[place] &+ 1, most) }
        }
        try require(wrong, .nodes, count, level: nil)
    }

    /// Links of one level above the lowest, of which the first `count` nodes are.
    func checkLinks(_ links: Slab<UInt32>, below count: Int, level: Int) throws(SectionFileError) {
        let most = UInt32(clamping: min(count, Int(Int32.max)))
        var wrong: UInt32 = 0
        for index in 0..<links.count { wrong |= Self.exceeds(links.base[index] &+ 1, most) }
        try require(wrong, .upperLinks, count, level: level)
    }

    private func require(
        _ wrong: UInt32, _ kind: SectionKind, _ count: Int, level: Int?
    ) throws(SectionFileError) {
        guard wrong & Self.exceedsBit == 0 else {
            throw .contents(
                section: "\(SectionName(kind: kind, field: level))",
                problem: "it has a link to a node that is not there: allowed are nodes below \(count)")
        }
    }
}
