/// The memory that vectors need, from the layout of segments: exact but for the links of upper levels, whose number is
/// drawn.
public struct CapacityEstimate: Sendable, Codable, Equatable {
    public let vectorsCount: Int
    public let dimension: Int
    /// Vectors in full precision. In a restored collection they are mapped: read when compared, and no more resident
    /// than the system likes.
    public let rowBytes: Int
    public let codeBytes: Int
    /// Links of all levels.
    public let linkBytes: Int
    /// Ids, their order, and what quantising lost.
    public let slotBytes: Int

    /// What a search walks through.
    public var walkedBytes: Int { codeBytes + linkBytes + slotBytes }
    public var totalBytes: Int { rowBytes + walkedBytes }

    /// For vectors in segments that are large enough for graphs, without payload.
    /// - Parameters:
    ///   - vectors: 0 or more.
    ///   - dimension: 1...4096
    public init(vectors: Int, dimension: Int, m: Int = CollectionParameters().m) {
        let layout = NodeLayout.halves(dimension: dimension, degreeMax: 2 * m)
        vectorsCount = vectors
        self.dimension = dimension
        rowBytes = vectors * VectorRows.stride(dimension: dimension) * MemoryLayout<Float>.stride
        codeBytes = vectors * 2 * layout.codeBytes
        // One of m nodes is on level 1, one of m² on level 2, and so on: 1 / (m − 1) of them in all.
        let upperBytes = vectors * m * MemoryLayout<UInt32>.stride / max(1, m - 1)
        linkBytes = vectors * (layout.nodeBytes - layout.codeBytes) + upperBytes
        slotBytes =
            vectors * (MemoryLayout<PointKey>.stride + MemoryLayout<UInt32>.stride + MemoryLayout<Float>.stride)
    }
}
