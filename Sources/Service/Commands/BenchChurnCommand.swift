import ArgumentParser
import VectorCollections

extension BenchCommand {
    /// `greenroom bench churn …`
    struct Churn: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replace many of an index's points, and compare it with one built afresh.",
            discussion: """
                The base is split: most rows are indexed first, then a share of them is replaced by the others, in \
                random order, while the index is maintained as in service. Prints a line of JSON about the replacing, \
                then for every ef a line for each of three indexes: built afresh of the same points, churned, and churned \
                and optimised. They are searched in turn; recall is against exact neighbours.
                """)

        @Option(help: "The vectors to look for, an .fvecs file.") var queries: String
        @Option(help: "The share of the points that is replaced; 0.01 to 1.") var share = 0.5
        @Option(help: "Draws the order of the replacing.") var seed: UInt64 = 1
        @Option(help: "Points replaced at once; 1 to 10,000.") var batch = 100
        @Option(help: "Neighbours to find; 1 to 1000.") var k = 10
        @Option(help: "Widths of the search, with commas; 1 to 4096 each.") var ef = "16,32,64,128"
        @OptionGroup var arguments: BenchArguments

        func validate() throws {
            try BenchCheck.number(share, "--share", 0.01...1)
            try BenchCheck.number(batch, "--batch", 1...10_000)
            try BenchCheck.number(k, "--k", 1...SearchRequest.limitMax)
            try BenchCheck.numbers(ef, "--ef", 1...SearchRequest.efMax)
        }

        func run() async throws {
            let queries = try BenchCheck.vectors(queries, "--queries")
            let benchmark = ChurnBenchmark(
                try arguments.benchmark(queries: queries, k: k), share: share, seed: seed, batch: batch)
            let threads = BenchWorkers()
            defer { threads.shutdown() }
            try await benchmark.run(
                efs: try BenchCheck.numbers(ef, "--ef", 1...SearchRequest.efMax), workers: threads.workers,
                builders: threads.builders
            ) { try CommandOutput.jsonLine($0) }
        }
    }
}
