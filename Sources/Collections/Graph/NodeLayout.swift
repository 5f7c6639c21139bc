/// How the bytes of a node lie: the codes of its vector first, then the links of the lowest level.
///
/// Codes and links of a node share neighbouring cache lines, because a walk that reads the codes of a good node reads
/// its links next. Links fill their places from the front; the first `none` ends them.
struct NodeLayout: Sendable, Hashable {
    /// The place of a link that is not there.
    static let none = UInt32.max

    /// Bytes of codes, padded to whole cache lines.
    let codeBytes: Int
    /// Places for links; 0 where there is no graph.
    let degreeMax: Int

    init(dimension: Int, degreeMax: Int) {
        codeBytes = (dimension + 63) / 64 * 64
        self.degreeMax = degreeMax
    }

    /// From one node to the next.
    var nodeBytes: Int { codeBytes + (degreeMax * MemoryLayout<UInt32>.stride + 63) / 64 * 64 }
}
