import ArgumentParser
import Embedding
import Foundation

extension BenchCommand {
    /// `greenroom bench encoder …`
    struct Encoder: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Time the local encoder by length of text.",
            discussion:
                "Reads GREENROOM_MODEL_DIR and EMBEDDING_PRECISION. scripts/bench-encoder compares with ONNX Runtime.")

        @Option(help: "Lengths in tokens, with commas.") var tokens = "16,64,256"
        @Option(help: "Numbers of threads, with commas.") var threads = "1,2"
        @Option(help: "How long to measure each setting, in seconds; 0.1 to 60.") var seconds = 2.0
        @Flag(help: "Print the result as JSON.") var json = false

        func validate() throws {
            try BenchCheck.number(seconds, "--seconds", 0.1...60)
            try BenchCheck.numbers(tokens, "--tokens", 2...256)
            try BenchCheck.numbers(threads, "--threads", 1...64)
        }

        func run() async throws {
            let configuration = try EmbeddingConfiguration(environment: ProcessInfo.processInfo.environment)
            let benchmark = try EncoderBenchmark(
                folder: configuration.modelFolder, precision: configuration.precision == .int16 ? .int16 : .float32)
            let lengths = try BenchCheck.numbers(tokens, "--tokens", 2...256)
            let counts = try BenchCheck.numbers(threads, "--threads", 1...64)
            let report = benchmark.run(tokens: lengths, threads: counts, seconds: seconds)
            if json { return try CommandOutput.json(report) }
            CommandOutput.line("\(report.model), \(report.kernels)")
            for setting in report.settings {
                CommandOutput.line(
                    String(
                        format: "%4d tokens, %d thread%@: %7.3f ms", setting.tokens, setting.threads,
                        setting.threads == 1 ? " " : "s", setting.p50Milliseconds))
            }
        }
    }
}
