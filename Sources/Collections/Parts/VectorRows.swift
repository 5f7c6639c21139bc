/// Unit vectors in full precision, a row per slot. Rows are padded with zeros to whole cache lines, so that kernels
/// have no tails; zeros add nothing to a product.
struct VectorRows: Sendable {
    let dimension: Int
    /// Elements from one row to the next.
    let stride: Int
    let rows: Slab<Float>

    static func stride(dimension: Int) -> Int { (dimension + 15) / 16 * 16 }

    /// - Parameters:
    ///   - step: is called after every `stepSlots` slots, for others to let go of what they read.
    ///   - row: the padded vector of a slot.
    init(
        dimension: Int, count: Int, in scratch: ScratchFile?, stepSlots: Int, step: () -> Void,
        row: (Int) -> UnsafePointer<Float>
    ) {
        let stride = Self.stride(dimension: dimension)
        let memory = SlabMemory(bytes: Self.bytes(dimension: dimension, count: count), in: scratch)
        let rows = memory.elements(of: Float.self)
        for start in Swift.stride(from: 0, to: count, by: stepSlots) {
            let end = min(start + stepSlots, count)
            if let base = rows.baseAddress {
                for slot in start..<end { (base + slot &* stride).update(from: row(slot), count: stride) }
            }
            memory.letGo(Self.bytes(dimension: dimension, count: start)..<Self.bytes(dimension: dimension, count: end))
            step()
        }
        self.dimension = dimension
        self.stride = stride
        self.rows = Slab(memory)
    }

    static func bytes(dimension: Int, count: Int) -> Int {
        count * stride(dimension: dimension) * MemoryLayout<Float>.stride
    }

    /// Some rows will not be read soon.
    func letGo(_ slots: Range<Int>) { rows.letGo(slots.lowerBound * stride..<slots.upperBound * stride) }

    func row(_ slot: Int) -> UnsafePointer<Float> {
        precondition(slot >= 0 && (slot + 1) * stride <= rows.count)
        return rows.base + slot * stride
    }

    func vector(_ slot: Int) -> [Float] { Array(UnsafeBufferPointer(start: row(slot), count: dimension)) }
}
