import ArgumentParser
import Foundation
import VectorCollections
import Workers

extension BenchCommand {
    /// `greenroom bench open …`
    struct Open: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Save an index, and time its opening in a new process.",
            discussion: """
                Prints a line of JSON: seconds to save, to open and to the first answer, and the memory of the new process \
                above what it had before, after the first answer and after --searches. The files are in the page cache.
                """)

        @Option(help: "The vectors to look for, an .fvecs file.") var queries: String
        @Option(help: "Queries to run in the new process; 1 to 1,000,000.") var searches = 200
        @Option(help: "Neighbours to find; 1 to 1000.") var k = 10
        @Option(help: "The width of the search; 1 to 4096.") var ef = 64
        @Option(help: "An empty or new folder for the snapshot, which stays; a temporary one where not given.")
        var folder: String?
        @OptionGroup var arguments: BenchArguments

        func validate() throws {
            try BenchCheck.number(searches, "--searches", 1...1_000_000)
            try BenchCheck.number(k, "--k", 1...SearchRequest.limitMax)
            try BenchCheck.number(ef, "--ef", 1...SearchRequest.efMax)
        }

        func run() async throws {
            let rows = try BenchCheck.vectors(queries, "--queries", limit: searches)
            let benchmark = try arguments.benchmark(queries: rows, k: k)
            let line = try await BenchCheck.withFolder(folder, "--folder") { folder in
                let workers = WorkerPool(name: "bench", threadCount: 1, queueDepthMax: 4)
                defer { workers.shutdown() }
                let saved = try await OpenBenchmark.save(benchmark, to: folder, workers: workers)
                return OpenBenchmark.Line(saved: saved, opened: try await open(folder))
            }
            try CommandOutput.jsonLine(line)
        }

        /// Calls `bench open-saved` and reads its line.
        private func open(_ folder: URL) async throws -> OpenBenchmark.Opened {
            guard let program = Bundle.main.executableURL else {
                throw UsageError("the system does not tell where this program is, so it cannot be started anew")
            }
            let process = Process()
            let output = Pipe()
            process.executableURL = program
            process.arguments = [
                "bench", OpenSaved.name, "--folder", folder.path, "--queries", queries, "--searches", "\(searches)",
                "--k", "\(k)", "--ef", "\(ef)",
            ]
            process.standardOutput = output
            let status: Int32 = try await withCheckedThrowingContinuation { continuation in
                process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
                do { try process.run() } catch { continuation.resume(throwing: error) }
            }
            guard status == 0 else { throw UsageError("\(program.path) bench \(OpenSaved.name) ended with \(status)") }
            // One short line, which the pipe held.
            let line = try output.fileHandleForReading.readToEnd() ?? Data()
            return try JSONDecoder().decode(OpenBenchmark.Opened.self, from: line)
        }
    }

    /// The new process of `bench open`.
    struct OpenSaved: ParsableCommand {
        static let name = "open-saved"
        static let configuration = CommandConfiguration(
            commandName: name, abstract: "Open what bench open saved, and search.", shouldDisplay: false)

        @Option var folder: String
        @Option var queries: String
        @Option var searches: Int
        @Option var k: Int
        @Option var ef: Int

        func run() throws {
            let workers = WorkerPool(name: "bench", threadCount: 1, queueDepthMax: 4)
            defer { workers.shutdown() }
            let rows = try BenchCheck.vectors(queries, "--queries", limit: searches)
            try CommandOutput.jsonLine(
                try OpenBenchmark.open(URL(fileURLWithPath: folder), queries: rows, ef: ef, k: k, workers: workers))
        }
    }
}
