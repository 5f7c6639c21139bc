import ArgumentParser
import VectorCollections

extension BenchCommand {
    /// `greenroom bench ingest …`
    struct Ingest: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Time how fast the engine takes points in, in memory, and how fast it saves them.",
            discussion: """
                Applying alone makes nothing durable: in service that is PostgreSQL's commit, which is not measured here. \
                Prints a line of JSON for every size of batch, each on an empty collection, then one for the first \
                snapshot of the last collection and one for the next snapshot after another batch. Each line says \
                whether what it times is durable.
                """)

        @Option(help: "Sizes of batches, with commas; 1 to 10,000 each.") var batches = "1,100,1000"
        @Option(help: "Points applied in each size; 1 to 10,000,000.") var points = 20_000
        @Option(help: "At most so long for each size, in seconds; 0.1 to 3600.") var seconds = 25.0
        @Option(help: "An empty or new folder for the snapshots, which stay; a temporary one where not given.")
        var folder: String?
        @OptionGroup var arguments: BenchArguments

        func validate() throws {
            try BenchCheck.numbers(batches, "--batches", 1...10_000)
            try BenchCheck.number(points, "--points", 1...10_000_000)
            try BenchCheck.number(seconds, "--seconds", 0.1...3_600)
        }

        func run() async throws {
            let benchmark = IngestBenchmark(
                base: try arguments.readBase(), parameters: arguments.parameters,
                batches: try BenchCheck.numbers(batches, "--batches", 1...10_000), pointsMax: points,
                secondsMax: seconds)
            let threads = BenchWorkers()
            defer { threads.shutdown() }
            try await BenchCheck.withFolder(folder, "--folder") { folder in
                try await benchmark.run(folder: folder, workers: threads.workers, builders: threads.builders) {
                    try CommandOutput.jsonLine($0)
                }
            }
        }
    }
}
