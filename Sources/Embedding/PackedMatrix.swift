/// One linear map, packed for the kernels: panels of weights, the bias, and in integers a step for each column.
struct PackedMatrix: Sendable {
    /// Width of the input and of the output; both are multiples of what the kernels take at once.
    let depth: Int
    let columns: Int
    /// First of its panels, and of its columns' steps and biases, in the arena.
    private let firstWeight: Int
    private let firstColumn: Int
    private let arena: WeightArena

    /// Rows of weights, one an output column, and as many biases.
    struct Part {
        let weights: UnsafePointer<Float>
        let bias: UnsafePointer<Float>
        let columns: Int
    }

    var panelCount: Int { columns / MatrixKernels.panelColumns }

    /// Packs several maps of the same input side by side, behind what the arena holds already.
    init(_ parts: [Part], depth: Int, in arena: inout WeightArena) {
        precondition(depth % 2 == 0 && parts.allSatisfy { $0.columns % MatrixKernels.panelColumns == 0 })
        self.depth = depth
        columns = parts.reduce(0) { $0 + $1.columns }
        firstWeight = arena.weightCount
        firstColumn = arena.columnCount
        for part in parts { arena.pack(part, depth: depth) }
        self.arena = arena
    }

    /// Applies one panel to `rows` rows, whose columns of `out` it fills.
    func apply(
        panel: Int, to input: RowView, rows: Int, out: UnsafeMutablePointer<Float>, then: MatrixKernels.Then,
        by kernels: MatrixKernels
    ) {
        let first = panel * MatrixKernels.panelColumns
        let weight = firstWeight + first * depth
        let column = firstColumn + first
        let target = MatrixKernels.target(
            out + first, stride: columns, bias: arena.biases.pointer + column, then: then)
        switch arena.weights {
        case .float32(let memory):
            kernels.multiply(
                input.floats, stride: depth, rows: rows, panel: memory.pointer + weight, depth: depth, to: target)
        case .int16(let memory, let steps):
            kernels.multiply(
                input.integers, stride: depth, steps: input.steps, rows: rows, panel: memory.pointer + weight,
                depth: depth, columnSteps: steps.pointer + column, to: target)
        }
    }
}

/// The packed weights of a whole model, one matrix behind the other in the order of their use: a kernel asks for the panel
/// behind the one it works on, and at the end of a matrix that is the first of the next.
struct WeightArena: Sendable {
    fileprivate enum Weights: Sendable {
        case float32(AlignedMemory<Float>)
        case int16(AlignedMemory<Int16>, steps: AlignedMemory<Float>)
    }

    fileprivate let weights: Weights
    fileprivate let biases: AlignedMemory<Float>
    fileprivate private(set) var weightCount = 0
    fileprivate private(set) var columnCount = 0

    /// Room for so many weights and output columns in all.
    init(weights: Int, columns: Int, precision: LocalEmbedder.Precision) {
        biases = AlignedMemory(count: columns, zero: 0)
        switch precision {
        case .float32: self.weights = .float32(AlignedMemory(count: weights, zero: 0))
        case .int16:
            self.weights = .int16(
                AlignedMemory(count: weights, zero: 0), steps: AlignedMemory(count: columns, zero: 0))
        }
    }

    fileprivate mutating func pack(_ part: PackedMatrix.Part, depth: Int) {
        precondition(columnCount + part.columns <= biases.count, "the arena has room for every matrix")
        (biases.pointer + columnCount).update(from: part.bias, count: part.columns)
        switch weights {
        case .float32(let memory):
            precondition(weightCount + part.columns * depth <= memory.count)
            MatrixKernels.pack(
                part.weights, columns: part.columns, depth: depth, to: memory.pointer + weightCount)
        case .int16(let memory, let steps):
            precondition(weightCount + part.columns * depth <= memory.count)
            MatrixKernels.pack(
                part.weights, columns: part.columns, depth: depth, to: memory.pointer + weightCount,
                steps: steps.pointer + columnCount)
        }
        weightCount += part.columns * depth
        columnCount += part.columns
    }
}

/// Rows of activations: as floats, and in the integer precision also as integers with a step a row.
struct RowView {
    let floats: UnsafeMutablePointer<Float>
    let integers: UnsafeMutablePointer<Int16>
    let steps: UnsafeMutablePointer<Float>
}
