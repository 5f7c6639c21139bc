/// Memory full of numbers for kernels to read: as floats in −1...1, and the same bytes as codes.
///
/// `@unchecked Sendable`: the memory is not written after `init`.
final class KernelRows: @unchecked Sendable {
    private static let rowsMin = 2

    let dimension: Int
    let bytes: Int
    let base: UnsafeRawPointer
    private let memory: SlabMemory

    /// - Parameter bytes: made larger where two vectors in full precision need more.
    init(bytes: Int, dimension: Int) {
        let rowBytes = VectorRows.stride(dimension: dimension) * MemoryLayout<Float>.stride
        let count = max(bytes / rowBytes, Self.rowsMin) * rowBytes / MemoryLayout<Float>.stride
        self.dimension = dimension
        self.bytes = count * MemoryLayout<Float>.stride
        memory = SlabMemory(bytes: self.bytes)
        let floats = memory.base.bindMemory(to: Float.self, capacity: count)
        var generator = SplitMix64(seed: 1)
        var bits: UInt64 = 0
        for index in 0..<count {
            if index % 2 == 0 { bits = generator.next() }
            // Two numbers of each 64 bits.
            (floats + index).initialize(to: Float(Int32(truncatingIfNeeded: bits)) / 2_147_483_648)
            bits >>= 32
        }
        base = UnsafeRawPointer(memory.base)
    }
}
