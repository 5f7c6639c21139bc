import CKernels

/// The inner products of this machine, chosen once. The only file that calls the C kernels of distances.
struct Kernels: Sendable {
    /// The table is a constant of the program: it is never freed or written.
    nonisolated(unsafe) private let table: UnsafePointer<ck_distance_kernels>

    static let best = Kernels(table: ck_distance_kernels_best())

    /// The kernels of another level, for tests; nil where this machine cannot run it.
    init?(level: ck_level) {
        guard let table = ck_distance_kernels_for(level) else { return nil }
        self.table = table
    }

    private init(table: UnsafePointer<ck_distance_kernels>) { self.table = table }

    /// Such as "avx512-vnni".
    var name: String { String(cString: ck_level_name(table.pointee.level)) }

    func dot(_ left: UnsafeBufferPointer<Float>, _ right: UnsafeBufferPointer<Float>) -> Float {
        precondition(left.count == right.count)
        guard let leftBase = left.baseAddress, let rightBase = right.baseAddress else { return 0 }
        return table.pointee.dot_f32(leftBase, rightBase, left.count)
    }

    func dot(_ left: UnsafeBufferPointer<Int8>, _ right: UnsafeBufferPointer<Int8>) -> Int32 {
        precondition(left.count == right.count)
        guard let leftBase = left.baseAddress, let rightBase = right.baseAddress else { return 0 }
        return table.pointee.dot_i8(leftBase, rightBase, left.count)
    }

    /// Scores of `query` against contiguous rows, of which `scores` takes one each.
    func dots(
        _ query: UnsafeBufferPointer<Float>, rows: UnsafeBufferPointer<Float>, into scores: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(rows.count == query.count * scores.count)
        guard let query = query.baseAddress, let base = rows.baseAddress, let out = scores.baseAddress else { return }
        table.pointee.dots_f32(query, base, scores.count, rows.count / scores.count, out)
    }
}
