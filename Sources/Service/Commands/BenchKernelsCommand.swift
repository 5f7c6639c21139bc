import ArgumentParser
import VectorCollections

extension BenchCommand {
    /// `greenroom bench kernels …`
    struct Kernels: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Time the functions that compare vectors, at every instruction set of this processor.",
            discussion: """
                Prints a line of JSON for every function, place of the rows (cache, memory) and instruction set: ns and \
                GB/s by row, and how many times as fast as the scalar functions it is.
                """)

        @Option(help: "Dimensions; 1 to 4096.") var dimension = 384
        @Option(help: "How long to measure each setting, in seconds; 0.01 to 60.") var seconds = 0.3

        func validate() throws {
            try BenchCheck.number(dimension, "--dimension", 1...4_096)
            try BenchCheck.number(seconds, "--seconds", 0.01...60)
        }

        func run() throws {
            try KernelBenchmark(dimension: dimension, seconds: seconds).run { try CommandOutput.jsonLine($0) }
        }
    }
}
