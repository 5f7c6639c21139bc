import CKernels

/// The matrix kernels of one instruction set, and the types they share with the encoder.
///
/// `@unchecked Sendable`: the table is a constant of the C module, and its functions touch only what they are given.
struct MatrixKernels: @unchecked Sendable {
    typealias Target = ck_target
    typealias Head = ck_head

    /// Output columns in a panel of packed weights.
    static let panelColumns = Int(CK_PANEL_COLUMNS)
    static let headWidth = Int(CK_HEAD_WIDTH)

    /// What happens to a sum once its bias is added.
    enum Then {
        case store, gelu, add

        fileprivate var code: ck_then {
            switch self {
            case .store: CK_THEN_STORE
            case .gelu: CK_THEN_GELU
            case .add: CK_THEN_ADD
            }
        }
    }

    private let table: UnsafePointer<ck_matrix_kernels>

    private init(table: UnsafePointer<ck_matrix_kernels>) { self.table = table }

    /// The best that this processor can run.
    static func best() -> MatrixKernels {
        guard let table = ck_matrix_kernels_for(ck_level_detect()) else {
            preconditionFailure("there are kernels for every level that is detected")
        }
        return MatrixKernels(table: table)
    }

    /// All that this processor can run, the plain ones first.
    static func supported() -> [MatrixKernels] {
        let levels = [CK_LEVEL_SCALAR, CK_LEVEL_NEON, CK_LEVEL_AVX2, CK_LEVEL_AVX512, CK_LEVEL_AVX512_VNNI]
        return levels.filter { ck_level_supported($0) != 0 }.compactMap { ck_matrix_kernels_for($0) }
            .map(MatrixKernels.init(table:))
    }

    /// "scalar", "neon", "avx2", "avx512" or "avx512-vnni".
    var name: String { String(cString: ck_level_name(table.pointee.level)) }

    /// Where the columns of one panel go: `out` is its first row and column, `stride` the elements from row to row.
    static func target(
        _ out: UnsafeMutablePointer<Float>, stride: Int, columns: Int = panelColumns, bias: UnsafePointer<Float>?,
        then: Then
    ) -> Target {
        ck_target(out: out, stride: stride, columns: Int32(columns), bias: bias, then: then.code)
    }

    func multiply(
        _ a: UnsafePointer<Float>, stride: Int, rows: Int, panel: UnsafePointer<Float>, depth: Int, to target: Target
    ) {
        withUnsafePointer(to: target) {
            table.pointee.multiply_f32(a, stride, Int32(rows), panel, Int32(depth), $0)
        }
    }

    func multiply(
        _ a: UnsafePointer<Int16>, stride: Int, steps: UnsafePointer<Float>, rows: Int, panel: UnsafePointer<Int16>,
        depth: Int, columnSteps: UnsafePointer<Float>, to target: Target
    ) {
        withUnsafePointer(to: target) {
            table.pointee.multiply_i16(a, stride, steps, Int32(rows), panel, Int32(depth), columnSteps, $0)
        }
    }

    func quantize(
        _ x: UnsafePointer<Float>, stride: Int, rows: Int, columns: Int, to out: UnsafeMutablePointer<Int16>,
        outStride: Int, steps: UnsafeMutablePointer<Float>
    ) {
        table.pointee.quantize(x, stride, Int32(rows), Int32(columns), out, outStride, steps)
    }

    func normalize(
        _ x: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int, gain: UnsafePointer<Float>,
        bias: UnsafePointer<Float>, epsilon: Float
    ) {
        table.pointee.normalize(x, stride, Int32(rows), Int32(columns), gain, bias, epsilon)
    }

    /// Attention of one head over all rows. `scratch` has `attentionScratchBytes(rows:)` bytes.
    func attend(
        _ precision: LocalEmbedder.Precision, query: UnsafePointer<Float>, key: UnsafePointer<Float>,
        value: UnsafePointer<Float>, stride: Int, rows: Int, scratch: UnsafeMutableRawPointer,
        to out: UnsafeMutablePointer<Float>, outStride: Int
    ) {
        let head = ck_head(query: query, key: key, value: value, stride: stride, rows: Int32(rows))
        withUnsafePointer(to: head) {
            switch precision {
            case .float32: table.pointee.attend_f32($0, scratch, out, outStride)
            case .int16: table.pointee.attend_i16($0, scratch, out, outStride)
            }
        }
    }

    static func attentionScratchBytes(rows: Int) -> Int { ck_attention_scratch_bytes(Int32(rows)) }

    // MARK: Without a level

    /// Packs `columns` rows of `depth` weights into panels of floats.
    static func pack(
        _ weights: UnsafePointer<Float>, columns: Int, depth: Int, to panels: UnsafeMutablePointer<Float>
    ) {
        ck_pack_f32(weights, Int32(columns), Int32(depth), panels)
    }

    /// Packs `columns` rows of `depth` weights into panels of 16-bit integers with a step a column.
    static func pack(
        _ weights: UnsafePointer<Float>, columns: Int, depth: Int, to panels: UnsafeMutablePointer<Int16>,
        steps: UnsafeMutablePointer<Float>
    ) {
        ck_pack_i16(weights, Int32(columns), Int32(depth), panels, steps)
    }

    /// The sum of a word's, a position's and a kind's vector for each of `rows` tokens.
    static func embed(
        _ ids: UnsafePointer<Int32>, rows: Int, columns: Int, words: UnsafePointer<Float>,
        positions: UnsafePointer<Float>, kind: UnsafePointer<Float>, to out: UnsafeMutablePointer<Float>
    ) {
        ck_embed(ids, Int32(rows), Int32(columns), words, positions, kind, out)
    }

    /// The mean of the rows at length 1.
    static func meanUnit(
        _ x: UnsafePointer<Float>, stride: Int, rows: Int, columns: Int, to out: UnsafeMutablePointer<Float>
    ) {
        ck_mean_unit(x, stride, Int32(rows), Int32(columns), out)
    }

    /// Tells the processor that this thread spins.
    static func spinPause() { ck_spin_pause() }
}
