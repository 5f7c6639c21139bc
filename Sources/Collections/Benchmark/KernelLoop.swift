/// One function called for one row after another.
struct KernelLoop {
    /// Rows of one call, as many as a node has links.
    private static let chunkRowsMax = 32
    /// A pass takes at least so long, so that reading the clock costs nothing beside it.
    private static let passSecondsMin = 0.000_2
    private static let passesMin = 3
    private static let chunksMax = 1 << 22

    private let kernels: Kernels
    private let operation: KernelBenchmark.Operation
    private let rows: KernelRows
    private let strideBytes: Int
    private let rowsCount: Int
    private let chunkRows: Int
    /// The numbers of all rows: in no order where the operation takes a list.
    private let order: [UInt32]
    /// Where the next chunk begins: a pass goes on where the last one ended.
    private var cursor = 0

    private let query: [Float]
    private let queryCodes: [Int8]
    private var scores: [Float]
    private var products: [Int32]
    private var codes: [Int8]

    init(kernels: Kernels, operation: KernelBenchmark.Operation, rows: KernelRows) {
        self.kernels = kernels
        self.operation = operation
        self.rows = rows
        strideBytes = operation.strideBytes(rows.dimension)
        rowsCount = max(1, rows.bytes / strideBytes)
        chunkRows = min(rowsCount, Self.chunkRowsMax)
        var generator = SplitMix64(seed: 2)
        order =
            operation.layout(rows.dimension) == nil
            ? [] : (0..<rowsCount).map { UInt32($0) }.shuffled(using: &generator)
        query = (0..<VectorRows.stride(dimension: rows.dimension)).map { _ in
            Float.random(in: -1...1, using: &generator)
        }
        queryCodes = (0..<NodeLayout.paddedQuery(rows.dimension)).map { _ in
            Int8.random(in: -127...127, using: &generator)
        }
        scores = Array(repeating: 0, count: Self.chunkRowsMax)
        products = Array(repeating: 0, count: Self.chunkRowsMax)
        codes = Array(repeating: 0, count: rows.dimension)
    }

    /// The time for a row, over passes that take `seconds` together.
    mutating func medianNanoseconds(seconds: Double) -> Double {
        let clock = ContinuousClock()
        var chunks = 1
        while chunks < Self.chunksMax {
            let start = clock.now
            pass(chunks: chunks)
            if (clock.now - start) / .seconds(1) >= Self.passSecondsMin { break }
            chunks *= 2
        }
        var nanoseconds: [Double] = []
        var total = 0.0
        while total < seconds || nanoseconds.count < Self.passesMin {
            let start = clock.now
            pass(chunks: chunks)
            let elapsed = (clock.now - start) / .seconds(1)
            total += elapsed
            nanoseconds.append(elapsed * 1e9 / Double(chunks * chunkRows))
        }
        return Percentile.of(nanoseconds, 0.5)
    }

    private mutating func pass(chunks: Int) {
        for _ in 0..<chunks {
            if cursor + chunkRows > rowsCount { cursor = 0 }
            chunk()
            cursor += chunkRows
        }
    }

    private mutating func chunk() {
        let first = rows.base + (operation.takesList ? 0 : cursor * strideBytes)
        let dimension = rows.dimension
        switch operation {
        case .dotF32:
            let row = first.assumingMemoryBound(to: Float.self)
            let stride = strideBytes / MemoryLayout<Float>.stride
            for index in 0..<chunkRows { scores[index] = kernels.dot(query, row + index * stride, stride) }
        case .dotF32Rows:
            kernels.dotRows(
                query, first.assumingMemoryBound(to: Float.self), stride: strideBytes / MemoryLayout<Float>.stride,
                count: chunkRows, scores: &scores)
        case .dotI8:
            let row = first.assumingMemoryBound(to: Int8.self)
            for index in 0..<chunkRows {
                products[index] = kernels.dot(queryCodes, row + index * strideBytes, dimension)
            }
        case .dotI8Rows:
            kernels.dotRows(
                queryCodes, first.assumingMemoryBound(to: Int8.self), stride: strideBytes, length: dimension,
                count: chunkRows, scores: &products)
        case .dotI8Nodes, .dotU4Nodes, .sumU1Nodes: nodes(first)
        case .quantiseI8:
            let row = first.assumingMemoryBound(to: Float.self)
            let stride = strideBytes / MemoryLayout<Float>.stride
            for index in 0..<chunkRows {
                scores[index] = kernels.quantise(row + index * stride, dimension, codes: &codes)
            }
        }
    }

    private mutating func nodes(_ first: UnsafeRawPointer) {
        guard let layout = operation.layout(rows.dimension) else { preconditionFailure("no nodes to read") }
        let bytes = first.assumingMemoryBound(to: UInt8.self)
        order.withUnsafeBufferPointer { order in
            let list = UnsafeBufferPointer(rebasing: order[cursor..<cursor + chunkRows])
            switch operation {
            case .dotU4Nodes:
                kernels.dotHalves(
                    queryCodes, bytes, stride: strideBytes, bytes: layout.codeBytes, list, scores: &products)
            case .sumU1Nodes:
                kernels.sumBits(
                    queryCodes, bytes, stride: strideBytes, bytes: layout.codeBytes, list, scores: &products)
            default:
                kernels.dotNodes(
                    queryCodes, first, nodeBytes: strideBytes, codeBytes: layout.codeBytes, list, scores: &products)
            }
        }
    }
}

extension KernelBenchmark.Operation {
    fileprivate var takesList: Bool {
        switch self {
        case .dotI8Nodes, .dotU4Nodes, .sumU1Nodes: true
        default: false
        }
    }
}
