import ArgumentParser
import Foundation
import VectorCollections
import Workers

extension BenchCommand {
    /// `greenroom bench ann …`
    struct Ann: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Build an index of a file of vectors and time its searches.",
            discussion: """
                Prints a line of JSON for every ef, and writes the rows found to PREFIX.EF.ivecs. Recall is for the
                reader to compute. README.md in bench/ann tells how to compare with other engines.
                """)

        @Option(help: "The vectors to index, an .fvecs file.") var base: String
        @Option(help: "The vectors to look for, an .fvecs file.") var queries: String
        @Option(help: "Neighbours to find; 1 to 1000.") var k = 10
        @Option(help: "Links of a node; 4 to 64.") var m = 16
        @Option(help: "Candidates for the links of a new node; 8 to 4096.") var efConstruction = 200
        @Option(help: "Widths of the search, with commas; 1 to 4096 each.") var ef = "10,16,32,64,128,256"
        @Option(help: "The metric; vectors are compared by cosine.") var metric = "cosine"
        @Option(help: "What walks compare: \(Quantization.allCases.map(\.rawValue).joined(separator: " or ")).")
        var quantization = Quantization.int8
        @Option(help: "Threads that build; 1 to 64.") var threads = 1
        @Option(help: "Where the rows found are written, less the ending.") var out: String?

        func run() async throws {
            guard metric == "cosine" else { throw UsageError("--metric is '\(metric)', allowed is cosine") }
            let widths = try ef.split(separator: ",").map { try Self.check(Int($0), "--ef", "\($0)", 1...4_096) }
            var parameters = CollectionParameters()
            parameters.m = try Self.check(m, "--m", "\(m)", 4...64)
            parameters.efConstruct = try Self.check(
                efConstruction, "--ef-construction", "\(efConstruction)", 8...4_096)
            parameters.quantization = quantization
            let benchmark = AnnBenchmark(
                base: try VectorFile.read(URL(fileURLWithPath: base)),
                queries: try VectorFile.read(URL(fileURLWithPath: queries)),
                k: try Self.check(k, "--k", "\(k)", 1...SearchRequest.limitMax),
                threads: try Self.check(threads, "--threads", "\(threads)", 1...64), parameters: parameters)
            let workers = WorkerPool(name: "bench", threadCount: 1, queueDepthMax: 4)
            defer { workers.shutdown() }
            let before = try Self.residentBytesMax()
            let start = ContinuousClock.now
            let collection = try await benchmark.build(workers: workers)
            let build = Double((ContinuousClock.now - start) / .microseconds(1)) * 1e-6
            let bytes = try Self.residentBytesMax() - before
            for width in widths {
                let run = try benchmark.run(collection, ef: width)
                if let out { try VectorFile.write(run.answers, to: URL(fileURLWithPath: "\(out).\(width).ivecs")) }
                let line = AnnBenchmark.Line(
                    ef: width, queriesPerSecond: Double(run.answers.count) / run.total,
                    p50Microseconds: AnnBenchmark.percentile(run.seconds, 0.5) * 1e6,
                    p99Microseconds: AnnBenchmark.percentile(run.seconds, 0.99) * 1e6, buildSeconds: build,
                    residentBytes: bytes, queriesPerSecondOnTwo: try benchmark.runOnTwo(collection, ef: width))
                CommandOutput.line(String(decoding: try JSONEncoder().encode(line), as: UTF8.self))
            }
        }

        private static func check(
            _ number: Int?, _ option: String, _ came: String, _ range: ClosedRange<Int>
        ) throws -> Int {
            guard let number, range.contains(number) else {
                throw UsageError("\(option) has '\(came)', allowed is \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }

        /// The most memory this process ever had, as Linux tells it.
        private static func residentBytesMax() throws -> Int {
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            return 1_024 * (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
        }
    }
}
