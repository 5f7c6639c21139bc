/// The memory that vectors need, from the layout of segments: exact but for the links of upper levels, whose number is
/// drawn.
public struct CapacityEstimate: Sendable, Codable, Equatable {
    public let vectorsCount: Int
    public let dimension: Int
    /// Vectors in full precision. In a collection with files they are mapped: read when compared, and no more resident
    /// than the system likes.
    public let rowBytes: Int
    /// What walks read of codes.
    public let walkedCodeBytes: Int
    /// The rest of the codes, for what walks find. Mapped as the vectors are.
    public let comparedCodeBytes: Int
    /// Links of all levels.
    public let linkBytes: Int
    /// Ids, their order, and what quantising lost.
    public let slotBytes: Int

    /// What searches read all over, and so what should be resident.
    public var walkedBytes: Int { walkedCodeBytes + linkBytes + slotBytes }
    public var totalBytes: Int { rowBytes + comparedCodeBytes + walkedBytes }

    /// For vectors in segments that are large enough for graphs, without payload.
    /// - Parameters:
    ///   - vectors: 0 or more.
    ///   - dimension: 1...4096
    public init(
        vectors: Int, dimension: Int, m: Int = CollectionParameters().m, quantization: Quantization = .int8
    ) {
        let isBinary = quantization == .binary
        let layout: NodeLayout =
            isBinary
            ? .signs(dimension: dimension, degreeMax: 2 * m) : .halves(dimension: dimension, degreeMax: 2 * m)
        vectorsCount = vectors
        self.dimension = dimension
        rowBytes = vectors * VectorRows.stride(dimension: dimension) * MemoryLayout<Float>.stride
        walkedCodeBytes = vectors * layout.codeBytes
        comparedCodeBytes = vectors * NodeLayout.padded(dimension) / (isBinary ? 1 : 2)
        // One of m nodes is on level 1, one of m² on level 2, and so on: 1 / (m − 1) of them in all.
        let upperBytes = vectors * m * MemoryLayout<UInt32>.stride / max(1, m - 1)
        linkBytes = vectors * (layout.nodeBytes - layout.codeBytes) + upperBytes
        slotBytes =
            vectors * (MemoryLayout<PointKey>.stride + MemoryLayout<UInt32>.stride + MemoryLayout<Float>.stride)
    }
}
