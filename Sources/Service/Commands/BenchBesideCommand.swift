import ArgumentParser
import VectorCollections

extension BenchCommand {
    /// `greenroom bench beside …`
    struct Beside: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Time searches at rest, and beside a writer that applies points as fast as it can.",
            discussion: """
                One thread searches; the writer waits for room as a follower does, and maintenance runs on a thread of \
                low priority. Prints a line of JSON for every ef, each on an index of its own.
                """)

        @Option(help: "The vectors to look for, an .fvecs file.") var queries: String
        @Option(help: "Points applied at once; 1 to 10,000.") var batch = 100
        @Option(help: "How long to search at rest, in seconds; 0.1 to 600.") var restSeconds = 5.0
        @Option(help: "How long to search beside the writer, in seconds; 0.1 to 600.") var besideSeconds = 12.0
        @Option(help: "Neighbours to find; 1 to 1000.") var k = 10
        @Option(help: "Widths of the search, with commas; 1 to 4096 each.") var ef = "64"
        @OptionGroup var arguments: BenchArguments

        func validate() throws {
            try BenchCheck.number(batch, "--batch", 1...10_000)
            try BenchCheck.number(restSeconds, "--rest-seconds", 0.1...600)
            try BenchCheck.number(besideSeconds, "--beside-seconds", 0.1...600)
            try BenchCheck.number(k, "--k", 1...SearchRequest.limitMax)
            try BenchCheck.numbers(ef, "--ef", 1...SearchRequest.efMax)
        }

        func run() async throws {
            let queries = try BenchCheck.vectors(queries, "--queries")
            let benchmark = BesideBenchmark(
                try arguments.benchmark(queries: queries, k: k), batch: batch, restSeconds: restSeconds,
                besideSeconds: besideSeconds)
            let threads = BenchWorkers()
            defer { threads.shutdown() }
            for width in try BenchCheck.numbers(ef, "--ef", 1...SearchRequest.efMax) {
                let line = try await BenchCheck.withFolder(nil, "--folder") { folder in
                    try await benchmark.run(
                        ef: width, workers: threads.workers, builders: threads.builders, folder: folder)
                }
                try CommandOutput.jsonLine(line)
            }
        }
    }
}
