/// Unit vectors in full precision, a row per slot. Rows are padded with zeros to whole cache lines, so that kernels
/// have no tails; zeros add nothing to a product.
struct VectorRows: Sendable {
    let dimension: Int
    /// Elements from one row to the next.
    let stride: Int
    let rows: Slab<Float>

    static func stride(dimension: Int) -> Int { (dimension + 15) / 16 * 16 }

    /// - Parameter row: the padded vector of a slot.
    init(dimension: Int, count: Int, row: (Int) -> UnsafePointer<Float>) {
        let stride = Self.stride(dimension: dimension)
        self.dimension = dimension
        self.stride = stride
        rows = Slab(count: count * stride) { buffer in
            guard let base = buffer.baseAddress else { return }
            for slot in 0..<count { (base + slot &* stride).update(from: row(slot), count: stride) }
        }
    }

    func row(_ slot: Int) -> UnsafePointer<Float> {
        precondition(slot >= 0 && (slot + 1) * stride <= rows.count)
        return rows.base + slot * stride
    }

    func vector(_ slot: Int) -> [Float] { Array(UnsafeBufferPointer(start: row(slot), count: dimension)) }
}
