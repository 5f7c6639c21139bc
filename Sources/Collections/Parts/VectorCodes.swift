/// The same vectors in a quarter of the space: row ≈ scale × codes, with the length of the difference kept, so that a
/// product computed from codes comes with bounds on the true one.
///
/// All rows of a segment have one scale, so that products of codes are compared as whole numbers. Codes lie in nodes,
/// each followed by its links where the segment has a graph.
struct VectorCodes: Sendable {
    let layout: NodeLayout
    let count: Int
    let nodes: Slab<UInt8>
    /// What one code stands for; above 0.
    let scale: Float
    /// The length of (row − scale × codes), rounded up.
    let errors: Slab<Float>

    var bytes: Int { nodes.bytes + errors.bytes }
    /// Bytes of links among `bytes`.
    var linkBytes: Int { count * (layout.nodeBytes - layout.codeBytes) }

    /// The codes of the first slot; those of the others follow every `layout.nodeBytes`.
    var base: UnsafePointer<Int8> { UnsafeRawPointer(nodes.base).assumingMemoryBound(to: Int8.self) }

    func codes(_ slot: Int) -> UnsafePointer<Int8> {
        precondition(slot >= 0 && slot < count)
        return base + slot * layout.nodeBytes
    }
}

/// The scale at which codes lose least.
enum CodeScale {
    private static let sampleMax = 4_096

    /// Tries shares of the largest element, over a sample of the rows: cutting off a few large elements may leave finer
    /// steps for all others. O(sample × dimension × tries).
    static func choose(_ rows: VectorRows, count: Int) -> Float {
        let step = max(1, count / sampleMax)
        var largest: Float = 0
        for slot in stride(from: 0, to: count, by: step) {
            let row = rows.row(slot)
            for index in 0..<rows.dimension { largest = max(largest, abs(row[index])) }
        }
        guard largest > 0 else { return 1 }
        var best = (scale: largest / 127, lost: Double.infinity)
        withUnsafeTemporaryAllocation(of: Int8.self, capacity: rows.dimension) { codes in
            guard let codes = codes.baseAddress else { return }
            for share in [1, 0.85, 0.7, 0.6, 0.5, 0.4, 0.33] as [Float] {
                let scale = largest * share / 127
                var lost = 0.0
                for slot in stride(from: 0, to: count, by: step * 4) {
                    let error = Double(
                        Kernels.best.quantise(rows.row(slot), rows.dimension, scale: scale, codes: codes))
                    lost += error * error
                }
                if lost < best.lost { best = (scale, lost) }
            }
        }
        return best.scale
    }
}
