/// A hierarchical navigable small world over the nodes of a segment. The links of the lowest level lie in the nodes.
struct Graph: Sendable {
    /// Links on each level above the lowest; twice as many on the lowest.
    let m: Int
    /// The links of level l at index l − 1: `m` places for each node of that level or above, by falling level.
    let upperLinks: [Slab<UInt32>]
    /// See `IntrinsicDimension`.
    let intrinsicDimension: Float
    private let addresses: LinkAddresses

    init(m: Int, upperLinks: [Slab<UInt32>], intrinsicDimension: Float) {
        self.m = m
        self.upperLinks = upperLinks
        self.intrinsicDimension = intrinsicDimension
        addresses = LinkAddresses(upperLinks.map { UnsafeMutablePointer(mutating: $0.base) })
    }

    var bytes: Int { upperLinks.reduce(0) { $0 + $1.bytes } }

    /// Valid while the graph and `codes` live.
    func view(_ codes: VectorCodes) -> GraphView {
        GraphView(
            nodes: UnsafeRawPointer(codes.nodes.base), count: codes.count, nodeBytes: codes.layout.nodeBytes,
            codeBytes: codes.layout.codeBytes, degreeMax: codes.layout.degreeMax, upperDegreeMax: m,
            upper: addresses.base, upperLevels: upperLinks.count)
    }
}

/// Where the links of each level begin.
///
/// `@unchecked Sendable`: written in `init` only.
final class LinkAddresses: @unchecked Sendable {
    let base: UnsafePointer<UnsafeMutablePointer<UInt32>>
    private let memory: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>>

    init(_ addresses: [UnsafeMutablePointer<UInt32>]) {
        memory = .allocate(capacity: max(1, addresses.count))
        for (index, address) in addresses.enumerated() { (memory + index).initialize(to: address) }
        base = UnsafePointer(memory)
    }

    deinit { memory.deallocate() }
}
