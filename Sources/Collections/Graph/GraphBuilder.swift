import Workers

/// Builds the graph of a segment (Malkov and Yashunin, 2018) on several threads, with a result that depends on vectors,
/// ids and parameters alone, not on the threads.
///
/// Nodes are taken in batches. The nodes of a batch search the graph as it was before the batch, each writing its own
/// links; then the links back are added, node by node. A batch is a small share of what the graph holds, so that what
/// its nodes miss of each other hardly matters (prefix doubling as in ParlayANN, Manohar et al. 2024). A build may begin
/// with the nodes of an older graph: see `adopt`.
///
/// `@unchecked Sendable`: in each step of the team a thread writes only nodes that the step gave to it alone and the
/// memory of its own member, and reads what no thread of that step writes; the team's meeting orders the steps.
final class GraphBuilder: @unchecked Sendable {
    /// A batch is at most this share of the nodes that are in.
    private static let batchShare = 32
    private static let batchMax = 4_096

    let view: GraphView
    let m: Int
    let efConstruct: Int
    /// Falling.
    private let levels: [UInt8]
    private let buffer: NodeBuffer
    private let upper: [UnsafeMutablePointer<UInt32>]
    private let addresses: LinkAddresses
    private let team: WorkerTeam
    private let members: [BuildMember]
    /// Nodes that came with their links.
    private var isAdopted: [Bool]
    private var adoption: GraphAdoption?
    private var entry: Int?
    private var insertedCount = 0

    /// - Parameters:
    ///   - buffer: nodes with their codes.
    ///   - levels: that of each node, falling.
    init(_ buffer: NodeBuffer, levels: [UInt8], m: Int, efConstruct: Int, threads: Int) {
        precondition(levels.count == buffer.count && buffer.layout.degreeMax == 2 * m)
        self.buffer = buffer
        self.levels = levels
        self.m = m
        self.efConstruct = efConstruct
        let levelsAbove = Int(levels.first ?? 0)
        upper = (0..<levelsAbove).map { level in
            let places = Self.count(levels, above: level) * m
            let links = UnsafeMutablePointer<UInt32>.allocate(capacity: max(1, places))
            links.initialize(repeating: NodeLayout.none, count: places)
            return links
        }
        addresses = LinkAddresses(upper)
        view = GraphView(
            nodes: UnsafeRawPointer(buffer.base), count: buffer.count, nodeBytes: buffer.layout.nodeBytes,
            codeBytes: buffer.layout.codeBytes, degreeMax: buffer.layout.degreeMax, upperDegreeMax: m,
            upper: addresses.base, upperLevels: levelsAbove)
        isAdopted = Array(repeating: false, count: buffer.count)
        team = WorkerTeam(name: "graph", threadCount: threads)
        let (count, degreeMax) = (buffer.count, buffer.layout.degreeMax)
        members = (0..<threads).map { _ in
            BuildMember(nodesMax: count, efConstruct: efConstruct, degreeMax: degreeMax, levels: levelsAbove + 1)
        }
    }

    deinit {
        team.dismiss()
        for links in upper { links.deallocate() }
    }

    /// Nodes of a higher level than `level`.
    static func count(_ levels: [UInt8], above level: Int) -> Int {
        levels.firstIndex { Int($0) <= level } ?? levels.count
    }

    /// Begins with the nodes of an older graph and their links. A node that had links to nodes which are gone gets, in
    /// their place, the best of what those were linked to (as in FreshDiskANN, Singh et al. 2021). O(links)
    /// - Parameter numbers: the new number of each old node; `NodeLayout.none` for those that are gone.
    func adopt(_ old: GraphView, numbers: [UInt32]) {
        precondition(old.upperDegreeMax == m && numbers.count == old.count && insertedCount == 0)
        for number in numbers where number != NodeLayout.none {
            isAdopted[Int(number)] = true
            insertedCount += 1
            entry = min(entry ?? .max, Int(number))
        }
        let threads = team.threadCount
        adoption = GraphAdoption(old: old, numbers: numbers, view: view)
        onTeam(threads) { member in self.take(share: member, of: threads) }
        adoption = nil
    }

    private func take(share: Int, of threads: Int) {
        guard let adoption else { return }
        for node in stride(from: share, to: adoption.numbers.count, by: threads) {
            let new = adoption.numbers[node]
            if new == NodeLayout.none { continue }
            for level in 0...Int(levels[Int(new)]) {
                adoption.take(
                    UInt32(node), level: level, to: links(Int(new), level), places: degreeMax(level),
                    &members[share].choice)
            }
        }
    }

    /// Puts in every node that was not adopted. O(nodes × efConstruct × m × dimension).
    /// - Throws: `CancellationError`
    func build(_ progress: RewriteProgress) throws {
        var waiting = (0..<buffer.count).filter { !isAdopted[$0] }[...]
        if entry == nil, let first = waiting.popFirst() {
            entry = first
            insertedCount = 1
        }
        while let next = waiting.first, let entry {
            try progress.advance(to: insertedCount, of: buffer.count)
            // A node above all others becomes the entry before any other node looks for its neighbours there.
            let isAbove = levels[next] > levels[entry]
            let size = isAbove ? 1 : max(1, min(insertedCount / Self.batchShare, Self.batchMax, waiting.count))
            insert(waiting.prefix(size))
            waiting = waiting.dropFirst(size)
            insertedCount += size
            self.entry = min(entry, next)
        }
        GraphReach(view: view, links: { self.buffer.links(Int($0)) }).connect(members[0])
    }

    /// Of the finished graph.
    func intrinsicDimension() -> Float { IntrinsicDimension.estimate(view, members[0].scratch) }

    /// The links of each level above the lowest, for nodes in a new order.
    func upperLinks(renumbered numbers: [UInt32], _ order: [UInt32]) -> [Slab<UInt32>] {
        upper.enumerated().map { index, links in
            let count = Self.count(levels, above: index)
            return Slab<UInt32>(count: count * m) { target in
                for node in 0..<count {
                    let old = links + Int(order[node]) * m
                    for place in 0..<m {
                        let link = old[place]
                        target[node * m + place] = link == NodeLayout.none ? link : numbers[Int(link)]
                    }
                }
            }
        }
    }

    // MARK: A batch

    private func insert(_ batch: ArraySlice<Int>) {
        let isShared = team.threadCount > 1 && batch.count >= 8 * team.threadCount
        let threads = isShared ? team.threadCount : 1
        onTeam(threads) { member in
            self.members[member].arrivals.clear()
            // Every n-th node: neighbours in number have like levels, and so like work.
            for index in stride(from: batch.startIndex + member, to: batch.endIndex, by: threads) {
                self.link(batch[index], self.members[member])
            }
        }
        onTeam(threads) { member in
            for level in 0...self.upper.count { self.answer(level, share: member, of: threads) }
        }
    }

    private func onTeam(_ threads: Int, _ step: @escaping @Sendable (Int) -> Void) {
        if threads == 1 { step(0) } else { team.run(step) }
    }

    private func links(_ node: Int, _ level: Int) -> UnsafeMutablePointer<UInt32> {
        level == 0 ? buffer.links(node) : upper[level - 1] + node * m
    }

    private func degreeMax(_ level: Int) -> Int { level == 0 ? 2 * m : m }

    /// Finds the neighbours of a node on each of its levels, and notes the links that are to be answered.
    private func link(_ node: Int, _ member: BuildMember) {
        guard let entry else { return }
        let walk = GraphWalk<WholeProduct>(view: view, query: view.codes(node), scratch: member.scratch)
        let top = Int(levels[entry])
        let level = min(top, Int(levels[node]))
        var best = walk.descend(from: UInt32(entry), top: top, to: level)
        for level in stride(from: level, through: 0, by: -1) {
            let beam = walk.widen(from: best, level: level, width: efConstruct)
            member.choice.take(beam)
            member.choice.choose(m, view)
            let links = links(node, level)
            for (place, neighbour) in member.choice.chosen.enumerated() {
                links[place] = neighbour
                member.arrivals.note(level, target: neighbour, source: UInt32(node))
            }
            best = (beam.node(0), beam.score(0))
        }
    }

    /// Adds the links back to those targets that are this thread's share; where there are too many, the best stay.
    private func answer(_ level: Int, share: Int, of threads: Int) {
        let member = members[share]
        member.gathered.removeAll(keepingCapacity: true)
        for other in members[0..<threads] {
            for arrival in other.arrivals.byLevel[level] where Int(arrival >> 32) % threads == share {
                member.gathered.append(arrival)
            }
        }
        member.gathered.sort()
        var start = 0
        while start < member.gathered.count {
            let target = Int(member.gathered[start] >> 32)
            var end = start + 1
            while end < member.gathered.count, Int(member.gathered[end] >> 32) == target { end += 1 }
            add(start..<end, to: target, level, member)
            start = end
        }
    }

    private func add(_ arrivals: Range<Int>, to target: Int, _ level: Int, _ member: BuildMember) {
        let places = degreeMax(level)
        let links = links(target, level)
        var count = 0
        while count < places, links[count] != NodeLayout.none { count += 1 }
        if count + arrivals.count <= places {
            for index in arrivals {
                links[count] = UInt32(truncatingIfNeeded: member.gathered[index])
                count += 1
            }
            return
        }
        var nodes = Array(UnsafeBufferPointer(start: links, count: count))
        for index in arrivals { nodes.append(UInt32(truncatingIfNeeded: member.gathered[index])) }
        member.choice.take(nodes, nearTo: view.codes(target), view)
        member.choice.choose(places, view)
        for place in 0..<places {
            links[place] = place < member.choice.chosen.count ? member.choice.chosen[place] : NodeLayout.none
        }
    }
}

/// What one thread of a build works with.
///
/// `@unchecked Sendable`: used by one thread at a time, see `GraphBuilder`; `arrivals` is read by all between two steps
/// that write it.
final class BuildMember: @unchecked Sendable {
    struct Arrivals {
        /// Target in the high half, source in the low one.
        private(set) var byLevel: [[UInt64]]

        init(levels: Int) { byLevel = Array(repeating: [], count: levels) }

        mutating func clear() {
            for level in byLevel.indices { byLevel[level].removeAll(keepingCapacity: true) }
        }

        mutating func note(_ level: Int, target: UInt32, source: UInt32) {
            byLevel[level].append(UInt64(target) << 32 | UInt64(source))
        }
    }

    let scratch: WalkScratch
    var choice: NeighbourChoice
    var arrivals: Arrivals
    var gathered: [UInt64] = []

    init(nodesMax: Int, efConstruct: Int, degreeMax: Int, levels: Int) {
        scratch = WalkScratch(nodesMax: nodesMax, beamMax: efConstruct, degreeMax: degreeMax)
        choice = NeighbourChoice(candidatesMax: efConstruct + degreeMax)
        arrivals = Arrivals(levels: levels)
    }
}
