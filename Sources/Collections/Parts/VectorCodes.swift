/// The same vectors in a quarter of the space: row ≈ scale × codes, with the length of the difference kept, so that a
/// product computed from codes comes with bounds on the true one.
///
/// All rows of a segment have one scale, so that products of codes are compared as whole numbers. A code is kept in two
/// halves of four bits, code + 128 = 16 × upper + lower. The upper halves lie in nodes, each followed by its links where
/// the segment has a graph, and are all that a walk reads; the lower ones lie by themselves. (Two levels of precision as
/// in LVQ; Aguerrebere et al. 2023.) With binary codes nodes have the signs of the codes instead, and both halves lie by
/// themselves.
struct VectorCodes: Sendable {
    let layout: NodeLayout
    let count: Int
    let nodes: Slab<UInt8>
    /// Bytes of halves for each slot.
    let halfBytes: Int
    /// `halfBytes` for each slot; nil where they are in the nodes.
    let upper: Slab<UInt8>?
    /// `halfBytes` for each slot.
    let lower: Slab<UInt8>
    /// What one code stands for; above 0.
    let scale: Float
    /// The length of (row − scale × codes), rounded up.
    let errors: Slab<Float>

    /// Whether nodes have signs.
    var isBinary: Bool { upper != nil }

    var bytes: Int { nodes.bytes + (upper?.bytes ?? 0) + lower.bytes + errors.bytes }
    /// Bytes of links among `bytes`.
    var linkBytes: Int { count * (layout.nodeBytes - layout.codeBytes) }

    /// The upper halves of the first slot, and the bytes from one slot's to the next one's.
    var upperHalves: (base: UnsafePointer<UInt8>, stride: Int) {
        if let upper { (upper.base, halfBytes) } else { (nodes.base, layout.nodeBytes) }
    }

    /// A slot's codes, with the zeros that pad them.
    func codes(_ slot: Int) -> [Int8] {
        precondition(slot >= 0 && slot < count)
        let (high, low) = (upperHalves.base + slot * upperHalves.stride, lower.base + slot * halfBytes)
        return (0..<2 * halfBytes).map { element in
            let byte = element / 128 * 64 + element % 64
            let shift = element % 128 < 64 ? 0 : 4
            let value = Int(high[byte] >> shift & 15) * 16 + Int(low[byte] >> shift & 15)
            return Int8(value - 128)
        }
    }

    /// The products of a query with the codes of some slots, which ascend.
    /// - Parameter spare: room for as many numbers.
    func products(
        _ query: QueryVector, _ slots: UnsafeBufferPointer<UInt32>, into products: UnsafeMutablePointer<Int32>,
        spare: UnsafeMutablePointer<Int32>
    ) {
        guard let first = slots.first, let last = slots.last else { return }
        let (kernels, codes, upper, count) = (Kernels.best, query.codes.base, upperHalves, slots.count)
        precondition(Int(last) < self.count)
        if Int(last) - Int(first) == count - 1 {
            let start = Int(first)
            kernels.dotHalves(
                codes, upper.base + start * upper.stride, stride: upper.stride, bytes: halfBytes, count: count,
                scores: products)
            kernels.dotHalves(
                codes, lower.base + start * halfBytes, stride: halfBytes, bytes: halfBytes, count: count, scores: spare)
        } else {
            kernels.dotHalves(codes, upper.base, stride: upper.stride, bytes: halfBytes, slots, scores: products)
            kernels.dotHalves(codes, lower.base, stride: halfBytes, bytes: halfBytes, slots, scores: spare)
        }
        for index in 0..<count {
            products[index] = Self.product(upper: products[index], lower: spare[index], query)
        }
    }

    /// The product of codes from those of their halves.
    @inline(__always)
    static func product(upper: Int32, lower: Int32, _ query: QueryVector) -> Int32 {
        16 &* upper &+ lower &- 128 &* query.codeSum
    }
}

/// The scale at which codes lose least.
enum CodeScale {
    private static let sampleMax = 4_096

    /// Tries shares of the largest element, over a sample of the rows: cutting off a few large elements may leave finer
    /// steps for all others. O(sample × dimension × tries).
    /// - Parameter copyRow: writes the padded row of a slot to where it is told.
    static func choose(
        count: Int, dimension: Int, copyRow: (Int, UnsafeMutablePointer<Float>) throws -> Void
    ) rethrows -> Float {
        let step = max(1, count / sampleMax)
        let rowStride = VectorRows.stride(dimension: dimension)
        let slots = Array(stride(from: 0, to: count, by: step))
        let memory = SlabMemory(bytes: VectorRows.bytes(dimension: dimension, count: slots.count))
        guard let sample = memory.elements(of: Float.self).baseAddress else { return 1 }
        for (place, slot) in slots.enumerated() { try copyRow(slot, sample + place * rowStride) }
        return withExtendedLifetime(memory) { choose(sample, count: slots.count, dimension: dimension) }
    }

    private static func choose(_ sample: UnsafePointer<Float>, count: Int, dimension: Int) -> Float {
        let rowStride = VectorRows.stride(dimension: dimension)
        var largest: Float = 0
        for index in 0..<count * rowStride { largest = max(largest, abs(sample[index])) }
        guard largest > 0 else { return 1 }
        var best = (scale: largest / 127, lost: Double.infinity)
        withUnsafeTemporaryAllocation(of: Int8.self, capacity: dimension) { codes in
            guard let codes = codes.baseAddress else { return }
            for share in [1, 0.85, 0.7, 0.6, 0.5, 0.4, 0.33] as [Float] {
                let scale = largest * share / 127
                var lost = 0.0
                for place in stride(from: 0, to: count, by: 4) {
                    let row = sample + place * rowStride
                    let error = Double(Kernels.best.quantise(row, dimension, scale: scale, codes: codes))
                    lost += error * error
                }
                if lost < best.lost { best = (scale, lost) }
            }
        }
        return best.scale
    }
}
