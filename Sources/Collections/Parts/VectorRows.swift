/// Unit vectors in full precision, a row per slot. Rows are padded with zeros to whole cache lines, so that kernels
/// have no tails; zeros add nothing to a product.
struct VectorRows: Sendable {
    let dimension: Int
    /// Elements from one row to the next.
    let stride: Int
    let rows: Slab<Float>

    static func stride(dimension: Int) -> Int { (dimension + 15) / 16 * 16 }

    /// - Parameter memory: a padded row per slot.
    init(dimension: Int, _ memory: SlabMemory) {
        self.dimension = dimension
        stride = Self.stride(dimension: dimension)
        rows = Slab(memory)
    }

    static func bytes(dimension: Int, count: Int) -> Int {
        count * stride(dimension: dimension) * MemoryLayout<Float>.stride
    }

    /// Writes padded rows, one after another, to where it is told; see `MappedFile.copy`.
    func copy(_ slots: Range<Int>, to target: UnsafeMutablePointer<Float>) throws(FileError) {
        let (start, end) = (slots.lowerBound, slots.upperBound)
        try rows.memory.copy(
            Self.bytes(dimension: dimension, count: start)..<Self.bytes(dimension: dimension, count: end), to: target)
    }

    func row(_ slot: Int) -> UnsafePointer<Float> {
        precondition(slot >= 0 && (slot + 1) * stride <= rows.count)
        return rows.base + slot * stride
    }

    func vector(_ slot: Int) -> [Float] { Array(UnsafeBufferPointer(start: row(slot), count: dimension)) }
}
