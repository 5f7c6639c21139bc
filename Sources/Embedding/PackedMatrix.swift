/// One linear map, packed for the kernels: panels of weights, the bias, and in integers a step for each column.
struct PackedMatrix: Sendable {
    /// Width of the input and of the output; both are multiples of what the kernels take at once.
    let depth: Int
    let columns: Int
    private let panels: Panels
    private let bias: AlignedMemory<Float>

    private enum Panels: Sendable {
        case float32(AlignedMemory<Float>)
        case int16(AlignedMemory<Int16>, steps: AlignedMemory<Float>)
    }

    /// Rows of weights, one an output column, and as many biases.
    struct Part {
        let weights: UnsafePointer<Float>
        let bias: UnsafePointer<Float>
        let columns: Int
    }

    var panelCount: Int { columns / MatrixKernels.panelColumns }

    /// Packs several maps of the same input side by side.
    init(_ parts: [Part], depth: Int, precision: LocalEmbedder.Precision) {
        precondition(depth % 2 == 0 && parts.allSatisfy { $0.columns % MatrixKernels.panelColumns == 0 })
        let columns = parts.reduce(0) { $0 + $1.columns }
        self.depth = depth
        self.columns = columns
        bias = AlignedMemory(count: columns, zero: 0)
        switch precision {
        case .float32: panels = .float32(AlignedMemory(count: columns * depth, zero: 0))
        case .int16:
            panels = .int16(
                AlignedMemory(count: columns * depth, zero: 0), steps: AlignedMemory(count: columns, zero: 0))
        }
        var first = 0
        for part in parts {
            (bias.pointer + first).update(from: part.bias, count: part.columns)
            switch panels {
            case .float32(let memory):
                MatrixKernels.pack(
                    part.weights, columns: part.columns, depth: depth, to: memory.pointer + first * depth)
            case .int16(let memory, let steps):
                MatrixKernels.pack(
                    part.weights, columns: part.columns, depth: depth, to: memory.pointer + first * depth,
                    steps: steps.pointer + first)
            }
            first += part.columns
        }
    }

    /// Applies one panel to `rows` rows, whose columns of `out` it fills.
    func apply(
        panel: Int, to input: RowView, rows: Int, out: UnsafeMutablePointer<Float>, then: MatrixKernels.Then,
        by kernels: MatrixKernels
    ) {
        let first = panel * MatrixKernels.panelColumns
        let target = MatrixKernels.target(out + first, stride: columns, bias: bias.pointer + first, then: then)
        switch panels {
        case .float32(let memory):
            kernels.multiply(
                input.floats, stride: depth, rows: rows, panel: memory.pointer + first * depth, depth: depth, to: target
            )
        case .int16(let memory, let steps):
            kernels.multiply(
                input.integers, stride: depth, steps: input.steps, rows: rows, panel: memory.pointer + first * depth,
                depth: depth, columnSteps: steps.pointer + first, to: target)
        }
    }
}

/// Rows of activations: as floats, and in the integer precision also as integers with a step a row.
struct RowView {
    let floats: UnsafeMutablePointer<Float>
    let integers: UnsafeMutablePointer<Int16>
    let steps: UnsafeMutablePointer<Float>
}
