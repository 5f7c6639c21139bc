/// What a walk writes to: made once, used by one walk after another.
///
/// `@unchecked Sendable`: one walk at a time has it (`WalkScratchPool`, or a thread of a build), and its memory is its
/// own.
final class WalkScratch: @unchecked Sendable {
    /// Nodes that can be visited.
    let nodesMax: Int
    let degreeMax: Int
    let beamEntries: UnsafeMutablePointer<UInt64>
    let foundEntries: UnsafeMutablePointer<UInt64>
    let rankedEntries: UnsafeMutablePointer<UInt64>
    let comparedEntries: UnsafeMutablePointer<UInt64>
    /// Entries that each beam can hold.
    let beamMax: Int
    /// As many as a beam holds or a node has links.
    let scores: UnsafeMutablePointer<Int32>
    /// Nodes of a beam.
    let picked: UnsafeMutablePointer<UInt32>
    private let visited: UnsafeMutablePointer<UInt64>
    /// Every node marked visited, in order.
    let touched: UnsafeMutablePointer<UInt32>
    private(set) var touchedCount = 0

    init(nodesMax: Int, beamMax: Int, degreeMax: Int) {
        self.nodesMax = nodesMax
        self.beamMax = beamMax
        self.degreeMax = degreeMax
        beamEntries = .allocate(capacity: beamMax)
        foundEntries = .allocate(capacity: beamMax)
        rankedEntries = .allocate(capacity: beamMax)
        comparedEntries = .allocate(capacity: beamMax)
        scores = .allocate(capacity: max(degreeMax, beamMax))
        picked = .allocate(capacity: beamMax)
        visited = .allocate(capacity: nodesMax / 64 + 1)
        visited.initialize(repeating: 0, count: nodesMax / 64 + 1)
        // Room for a whole list of links beyond the last node, so that appending needs no check.
        touched = .allocate(capacity: nodesMax + degreeMax)
    }

    deinit {
        beamEntries.deallocate()
        foundEntries.deallocate()
        rankedEntries.deallocate()
        comparedEntries.deallocate()
        scores.deallocate()
        picked.deallocate()
        visited.deallocate()
        touched.deallocate()
    }

    /// Nothing is visited any more. O(nodes visited)
    func clear() {
        for index in 0..<touchedCount { visited[Int(touched[index] &>> 6)] = 0 }
        touchedCount = 0
    }

    @inline(__always)
    func visit(_ node: UInt32) {
        visited[Int(node &>> 6)] |= 1 &<< UInt64(node & 63)
        touched[touchedCount] = node
        touchedCount &+= 1
    }

    /// Appends those of up to `degreeMax` links to `touched` that were not visited yet; returns where they begin and
    /// how many they are.
    @inline(__always)
    func visitFresh(_ links: UnsafePointer<UInt32>, _ degreeMax: Int) -> (start: Int, count: Int) {
        let start = touchedCount
        var end = start
        for index in 0..<degreeMax {
            let link = links[index]
            if link == NodeLayout.none { break }
            let word = visited + Int(link &>> 6)
            let bit: UInt64 = 1 &<< UInt64(link & 63)
            let isFresh = word.pointee & bit == 0
            word.pointee |= bit
            touched[end] = link
            end &+= isFresh ? 1 : 0
        }
        touchedCount = end
        return (start, end &- start)
    }
}
