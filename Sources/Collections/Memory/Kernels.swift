import CKernels

/// The distance functions of one instruction set.
///
/// `@unchecked Sendable`: the table is a constant of the process.
struct Kernels: @unchecked Sendable {
    /// The best this CPU can run, chosen once.
    static let best = Kernels(level: ck_level_detect())
    /// Every level this CPU can run, the scalar one first.
    static var supported: [Kernels] {
        let all = [CK_LEVEL_SCALAR, CK_LEVEL_NEON, CK_LEVEL_AVX2, CK_LEVEL_AVX512, CK_LEVEL_AVX512_VNNI]
        return all.filter { ck_level_supported($0) != 0 }.map(Kernels.init(level:))
    }

    static let dimensionMax = 4096

    private let table: UnsafePointer<ck_distance_kernels>

    private init(level: ck_level) { table = ck_distance_kernels_for(level) }

    var name: String { String(cString: ck_level_name(table.pointee.level)) }

    func dot(_ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ length: Int) -> Float {
        table.pointee.dot_f32(left, right, length)
    }

    func dot(_ left: UnsafePointer<Int8>, _ right: UnsafePointer<Int8>, _ length: Int) -> Int32 {
        table.pointee.dot_i8(left, right, length)
    }

    /// The products of a query with `count` rows that follow each other every `stride` elements; all of a row counts.
    func dotRows(
        _ query: UnsafePointer<Float>, _ rows: UnsafePointer<Float>, stride: Int, count: Int,
        scores: UnsafeMutablePointer<Float>
    ) {
        table.pointee.dot_f32_rows(query, rows, stride, stride, count, scores)
    }

    /// Of a row the first `length` elements count.
    func dotRows(
        _ query: UnsafePointer<Int8>, _ rows: UnsafePointer<Int8>, stride: Int, length: Int, count: Int,
        scores: UnsafeMutablePointer<Int32>
    ) {
        table.pointee.dot_i8_rows(query, rows, stride, length, count, scores)
    }

    /// The products of a query with the rows of `slots`.
    func dotSlots(
        _ query: UnsafePointer<Float>, _ rows: UnsafePointer<Float>, stride: Int, slots: UnsafeBufferPointer<UInt32>,
        scores: UnsafeMutablePointer<Float>
    ) {
        guard let base = slots.baseAddress else { return }
        table.pointee.dot_f32_slots(query, rows, stride, stride, base, slots.count, scores)
    }

    /// The products of a query with the codes of some nodes, which begin every `nodeBytes`.
    @inline(__always)
    func dotNodes(
        _ query: UnsafePointer<Int8>, _ nodes: UnsafeRawPointer, nodeBytes: Int, codeBytes: Int,
        _ slots: UnsafeBufferPointer<UInt32>, scores: UnsafeMutablePointer<Int32>
    ) {
        guard let base = slots.baseAddress else { return }
        table.pointee.dot_i8_slots(
            query, nodes.assumingMemoryBound(to: Int8.self), nodeBytes, codeBytes, base, slots.count, scores)
    }

    /// The products of a query with rows of halves that follow each other every `stride` bytes.
    func dotHalves(
        _ query: UnsafePointer<Int8>, _ rows: UnsafePointer<UInt8>, stride: Int, bytes: Int, count: Int,
        scores: UnsafeMutablePointer<Int32>
    ) {
        table.pointee.dot_u4_rows(query, rows, stride, bytes, count, scores)
    }

    /// The products of a query with the rows of halves of `slots`.
    @inline(__always)
    func dotHalves(
        _ query: UnsafePointer<Int8>, _ rows: UnsafePointer<UInt8>, stride: Int, bytes: Int,
        _ slots: UnsafeBufferPointer<UInt32>, scores: UnsafeMutablePointer<Int32>
    ) {
        guard let base = slots.baseAddress else { return }
        table.pointee.dot_u4_slots(query, rows, stride, bytes, base, slots.count, scores)
    }

    /// For each of `slots` the sum of the query's elements whose bits are set in its row of bits.
    @inline(__always)
    func sumBits(
        _ query: UnsafePointer<Int8>, _ rows: UnsafePointer<UInt8>, stride: Int, bytes: Int,
        _ slots: UnsafeBufferPointer<UInt32>, scores: UnsafeMutablePointer<Int32>
    ) {
        guard let base = slots.baseAddress else { return }
        table.pointee.sum_u1_slots(query, rows, stride, bytes, base, slots.count, scores)
    }

    /// Sets a bit for each of `count` codes that is above 0, and clears the rest of `bytes` bytes.
    static func signBits(
        _ codes: UnsafePointer<Int8>, _ count: Int, bits: UnsafeMutablePointer<UInt8>, bytes: Int
    ) {
        ck_sign_bits(codes, count, bits, bytes)
    }

    /// Parts codes into their upper and lower halves; `count` is a multiple of 128. See `VectorCodes`.
    static func part(
        _ codes: UnsafePointer<Int8>, _ count: Int, upper: UnsafeMutablePointer<UInt8>,
        lower: UnsafeMutablePointer<UInt8>
    ) {
        ck_part_codes(codes, count, upper, lower)
    }

    /// See `Checksum`.
    static func crc32c(_ bytes: UnsafeRawPointer, _ count: Int, after before: UInt32) -> UInt32 {
        ck_crc32c(before, bytes, count)
    }

    /// Asks for the cache lines of some memory ahead of time.
    @inline(__always)
    static func prefetch(_ memory: UnsafeRawPointer, bytes: Int) { ck_prefetch(memory, bytes) }

    /// Writes the codes at a scale that is given; returns the length of what was lost, rounded up.
    func quantise(
        _ values: UnsafePointer<Float>, _ length: Int, scale: Float, codes: UnsafeMutablePointer<Int8>
    ) -> Float {
        ck_quantise_i8_at(values, length, scale, codes)
        return Self.error(values, codes, scale: scale, length)
    }

    /// Writes the codes; returns what one code stands for.
    func quantise(_ values: UnsafePointer<Float>, _ length: Int, codes: UnsafeMutablePointer<Int8>) -> Float {
        table.pointee.quantise_i8(values, length, codes)
    }

    /// The length of what quantising lost, rounded up.
    static func error(
        _ values: UnsafePointer<Float>, _ codes: UnsafePointer<Int8>, scale: Float, _ length: Int
    ) -> Float {
        Float(ck_quantisation_error(values, codes, scale, length)).nextUp
    }
}
