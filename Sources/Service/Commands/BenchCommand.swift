import ArgumentParser
import Embedding
import Foundation

/// `greenroom bench …`
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure parts of the service on this machine.",
        subcommands: [Encoder.self, Ann.self])

    struct Encoder: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Time the local encoder by length of text.",
            discussion:
                "Reads GREENROOM_MODEL_DIR and EMBEDDING_PRECISION. scripts/bench-encoder compares with ONNX Runtime.")

        @Option(help: "Lengths in tokens, with commas.") var tokens = "16,64,256"
        @Option(help: "Numbers of threads, with commas.") var threads = "1,2"
        @Option(help: "How long to measure each setting, in seconds; 0.1 to 60.") var seconds = 2.0
        @Flag(help: "Print the result as JSON.") var json = false

        func run() async throws {
            guard (0.1...60).contains(seconds) else {
                throw UsageError("--seconds is \(seconds), allowed is 0.1 to 60")
            }
            let configuration = try EmbeddingConfiguration(environment: ProcessInfo.processInfo.environment)
            let benchmark = try EncoderBenchmark(
                folder: configuration.modelFolder, precision: configuration.precision == .int16 ? .int16 : .float32)
            let lengths = try Self.numbers(tokens, "--tokens", in: 2...256)
            let counts = try Self.numbers(threads, "--threads", in: 1...64)
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

        private static func numbers(_ text: String, _ option: String, in range: ClosedRange<Int>) throws -> [Int] {
            try text.split(separator: ",").map { part in
                guard let number = Int(part.trimmingCharacters(in: .whitespaces)), range.contains(number) else {
                    throw UsageError("\(option) has '\(part)', allowed is \(range.lowerBound) to \(range.upperBound)")
                }
                return number
            }
        }
    }
}
