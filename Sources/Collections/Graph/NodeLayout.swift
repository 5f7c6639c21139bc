/// How the bytes of a node lie: codes of its vector first, then the links of the lowest level.
///
/// Codes and links of a node lie together, because a walk that reads the codes of a good node reads its links next. Links
/// fill their places from the front; the first `none` ends them.
struct NodeLayout: Sendable, Hashable {
    /// The place of a link that is not there.
    static let none = UInt32.max

    /// What a node has of its codes.
    enum Codes { case whole, halves, signs }

    let codes: Codes
    /// Bytes of codes, whole cache lines.
    let codeBytes: Int
    /// Places for links; 0 where there is no graph.
    let degreeMax: Int

    /// Nodes of a segment: each has the upper halves of its codes.
    static func halves(dimension: Int, degreeMax: Int) -> NodeLayout {
        NodeLayout(codes: .halves, codeBytes: padded(dimension) / 2, degreeMax: degreeMax)
    }

    /// Nodes of a segment with binary codes: each has the signs of its codes.
    static func signs(dimension: Int, degreeMax: Int) -> NodeLayout {
        NodeLayout(codes: .signs, codeBytes: (dimension + 511) / 512 * 64, degreeMax: degreeMax)
    }

    /// Nodes of a graph in the making: each has its codes as they are.
    static func whole(dimension: Int, degreeMax: Int) -> NodeLayout {
        NodeLayout(codes: .whole, codeBytes: padded(dimension), degreeMax: degreeMax)
    }

    /// Codes of a vector with the zeros that fill its last cache line of halves.
    static func padded(_ dimension: Int) -> Int { (dimension + 127) / 128 * 128 }

    /// Codes of a query, with the zeros that fill the last cache line of signs.
    static func paddedQuery(_ dimension: Int) -> Int { (dimension + 511) / 512 * 512 }

    /// From one node to the next.
    var nodeBytes: Int { codeBytes + (degreeMax * MemoryLayout<UInt32>.stride + 63) / 64 * 64 }
}
