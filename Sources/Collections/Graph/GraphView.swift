/// The addresses that a walk works on: what a finished graph and one in the making have in common.
///
/// Nodes are numbered by falling level, so that the nodes of level 1 and above are the first ones, and node 0 is where
/// walks begin. It owns nothing: whoever makes it keeps the memory alive while it is used.
struct GraphView {
    let nodes: UnsafeRawPointer
    let count: Int
    let nodeBytes: Int
    let codeBytes: Int
    /// Places for links on the lowest level.
    let degreeMax: Int
    /// Places for links on each level above.
    let upperDegreeMax: Int
    /// The links of level l at index l − 1, node by node.
    let upper: UnsafePointer<UnsafeMutablePointer<UInt32>>
    /// Levels above the lowest.
    let upperLevels: Int

    @inline(__always)
    func codes(_ node: Int) -> UnsafePointer<Int8> {
        (nodes + node &* nodeBytes).assumingMemoryBound(to: Int8.self)
    }

    @inline(__always)
    func links(_ node: Int) -> UnsafePointer<UInt32> {
        (nodes + (node &* nodeBytes &+ codeBytes)).assumingMemoryBound(to: UInt32.self)
    }

    @inline(__always)
    func upperLinks(_ node: Int, level: Int) -> UnsafePointer<UInt32> {
        UnsafePointer(upper[level &- 1] + node &* upperDegreeMax)
    }
}
