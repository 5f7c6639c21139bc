import Testing

@testable import VectorCollections

@Suite struct KernelBenchmarkTests {
    @Test("Every instruction set, operation and placement is timed", arguments: [1, 33, 384])
    func run(dimension: Int) throws {
        let benchmark = KernelBenchmark(
            dimension: dimension, seconds: 0.000_1, cacheBytes: 4_096, memoryBytes: 65_536)
        var lines: [KernelBenchmark.Line] = []
        benchmark.run { lines.append($0) }
        let sets = Kernels.supported.map(\.name)
        let operations = KernelBenchmark.Operation.allCases
        #expect(lines.count == sets.count * operations.count * 2)
        #expect(lines.allSatisfy { $0.nanosecondsPerRow > 0 && $0.gigabytesPerSecond > 0 && $0.dimension == dimension })
        for operation in operations {
            for placement in KernelBenchmark.Placement.allCases {
                let own = lines.filter { $0.operation == operation && $0.placement == placement }
                #expect(own.map(\.kernels) == sets)
                #expect(own.first?.kernels == "scalar" && own.first?.timesAsFastAsScalar == 1)
            }
        }
    }

    @Test("Bytes are those that the operation reads")
    func bytes() {
        let bytes = KernelBenchmark.Operation.allCases.map { $0.bytesRead(384) }
        #expect(bytes == [1_536, 1_536, 384, 384, 384, 192, 64, 1_536])
    }
}
