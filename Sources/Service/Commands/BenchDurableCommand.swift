import ArgumentParser
import Catalog
import Foundation
import VectorCollections

extension BenchCommand {
    /// `greenroom bench durable …`
    struct Durable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Time durable writes to PostgreSQL, and how long an instance takes to recover.",
            discussion: """
                Makes a database of its own on the server of DATABASE_URL, for which the role needs CREATEDB, and drops it. \
                Rows, vectors and changes are committed as in service; embedding is left out. Prints a line of JSON for \
                every size of batch, each with the server's fsync and synchronous_commit, then one for an instance that \
                starts from nothing and one for an instance that starts from a snapshot with changes behind it.
                """)

        @Option(help: "Sizes of batches, with commas; 1 to 500 each.") var batches = "100,1"
        @Option(help: "Points in each size; 1 to 1,000,000.") var points = 20_000
        @Option(help: "At most so long for each size, in seconds; 0.1 to 3600.") var seconds = 25.0
        @Option(help: "Points that instances recover; 1 to 10,000,000.") var recover = 100_000
        @Option(help: "The vectors, an .fvecs file.") var base: String

        func validate() throws {
            try BenchCheck.numbers(batches, "--batches", 1...QuestionImport.batchCountMax)
            try BenchCheck.number(points, "--points", 1...1_000_000)
            try BenchCheck.number(seconds, "--seconds", 0.1...3_600)
            try BenchCheck.number(recover, "--recover", 1...10_000_000)
        }

        func run() async throws {
            let rows = try BenchCheck.vectors(base, "--base")
            let server = try ServiceConfiguration.database(environment: ProcessInfo.processInfo.environment)
            let sizes = try BenchCheck.numbers(batches, "--batches", 1...QuestionImport.batchCountMax)
            let (logger, threads) = (CommandLog.logger(), BenchWorkers())
            defer { threads.shutdown() }
            try await BenchCheck.withFolder(nil, "--folder") { folder in
                try await ThrowawayDatabase.with("bench", server: server, logger: logger) { database in
                    try await DurableBenchmark(
                        database: database, base: rows, batches: sizes, pointsMax: points, secondsMax: seconds,
                        recoveredPoints: recover, logger: logger
                    ).run(folder: folder, workers: threads) { try CommandOutput.jsonLine($0) }
                }
            }
        }
    }
}
