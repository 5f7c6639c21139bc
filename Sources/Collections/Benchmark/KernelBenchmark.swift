/// Times the functions that compare vectors, at every instruction set this processor has.
public struct KernelBenchmark: Sendable {
    /// What is timed. A row is a vector in full precision, or its codes.
    public enum Operation: String, Sendable, Codable, CaseIterable {
        /// The product of two vectors in full precision, a call for each row.
        case dotF32 = "dot_f32"
        /// The same, a call for rows that follow each other.
        case dotF32Rows = "dot_f32_rows"
        /// The product of two vectors of codes, a call for each row.
        case dotI8 = "dot_i8"
        case dotI8Rows = "dot_i8_rows"
        /// The product of codes with those of nodes that a list names, in no order: links' bytes lie between.
        case dotI8Nodes = "dot_i8_nodes"
        /// The same with the upper halves of codes: what a walk does.
        case dotU4Nodes = "dot_u4_nodes"
        /// The same with the signs of codes: what a walk through binary codes does.
        case sumU1Nodes = "sum_u1_nodes"
        /// Full precision to codes.
        case quantiseI8 = "quantise_i8"
    }

    /// Where the rows lie.
    public enum Placement: String, Sendable, Codable, CaseIterable {
        /// The same few again and again.
        case cache
        /// More than caches hold, each in its turn.
        case memory
    }

    public struct Line: Sendable, Codable, Equatable {
        /// The instruction set, such as "avx512-vnni".
        public let kernels: String
        public let operation: Operation
        public let placement: Placement
        public let dimension: Int
        /// The median.
        public let nanosecondsPerRow: Double
        /// Bytes of vectors or codes that were read, in units of 10⁹ a second; not what the processor fetched besides.
        public let gigabytesPerSecond: Double
        /// The scalar functions' time, divided by this.
        public let timesAsFastAsScalar: Double

        enum CodingKeys: String, CodingKey {
            case kernels, operation, placement, dimension
            case nanosecondsPerRow = "ns"
            case gigabytesPerSecond = "gb_per_s"
            case timesAsFastAsScalar = "times_scalar"
        }
    }

    /// In 1...4096
    public let dimension: Int
    /// How long each of the settings is measured.
    public let seconds: Double
    let cacheBytes: Int
    let memoryBytes: Int

    /// - Precondition: the dimension is in 1...4096 and `seconds` above 0.
    public init(dimension: Int, seconds: Double) {
        // Half of the smallest first-level cache, and several times the largest last-level one's share of two cores.
        self.init(dimension: dimension, seconds: seconds, cacheBytes: 16 << 10, memoryBytes: 256 << 20)
    }

    init(dimension: Int, seconds: Double, cacheBytes: Int, memoryBytes: Int) {
        precondition((1...Kernels.dimensionMax).contains(dimension) && seconds > 0)
        self.dimension = dimension
        self.seconds = seconds
        self.cacheBytes = cacheBytes
        self.memoryBytes = memoryBytes
    }

    /// Measures every instruction set, operation and placement: the scalar set first.
    /// - Parameter report: takes a line as soon as it is measured.
    /// - Throws: what `report` throws.
    public func run(report: (Line) throws -> Void) rethrows {
        let memory = KernelRows(bytes: memoryBytes, dimension: dimension)
        let cache = KernelRows(bytes: cacheBytes, dimension: dimension)
        for operation in Operation.allCases {
            for placement in Placement.allCases {
                var scalar: Double?
                for kernels in Kernels.supported {
                    var loop = KernelLoop(
                        kernels: kernels, operation: operation, rows: placement == .cache ? cache : memory)
                    let nanoseconds = loop.medianNanoseconds(seconds: seconds)
                    let reference = scalar ?? nanoseconds
                    scalar = reference
                    try report(
                        Line(
                            kernels: kernels.name, operation: operation, placement: placement, dimension: dimension,
                            nanosecondsPerRow: nanoseconds.fiveDigits,
                            gigabytesPerSecond: (Double(operation.bytesRead(dimension)) / nanoseconds).fiveDigits,
                            timesAsFastAsScalar: (reference / nanoseconds).fiveDigits))
                }
            }
        }
    }
}

extension KernelBenchmark.Operation {
    /// Links of the nodes, on the lowest level of a graph of the usual parameters.
    private static let degreeMax = 32

    /// How nodes of this operation lie; nil where rows follow each other.
    func layout(_ dimension: Int) -> NodeLayout? {
        switch self {
        case .dotI8Nodes: .whole(dimension: dimension, degreeMax: Self.degreeMax)
        case .dotU4Nodes: .halves(dimension: dimension, degreeMax: Self.degreeMax)
        case .sumU1Nodes: .signs(dimension: dimension, degreeMax: Self.degreeMax)
        default: nil
        }
    }

    /// From one row to the next.
    func strideBytes(_ dimension: Int) -> Int {
        switch self {
        case .dotF32, .dotF32Rows, .quantiseI8:
            VectorRows.stride(dimension: dimension) * MemoryLayout<Float>.stride
        case .dotI8, .dotI8Rows: NodeLayout.padded(dimension)
        case .dotI8Nodes, .dotU4Nodes, .sumU1Nodes: layout(dimension)?.nodeBytes ?? 0
        }
    }

    /// Of one row.
    func bytesRead(_ dimension: Int) -> Int { layout(dimension)?.codeBytes ?? strideBytes(dimension) }
}
