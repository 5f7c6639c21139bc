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
                Prints a line of JSON for every ef, and writes the rows found to PREFIX.EF.ivecs. With --meta and \
                --filters, a line for every filter and ef, and PREFIX.FILTER.EF.ivecs. Recall is for the reader to \
                compute. README.md in bench/ann tells how to compare with other engines, and the form of the files.
                """)

        @Option(help: "The vectors to look for, an .fvecs file.") var queries: String
        @Option(help: "Neighbours to find; 1 to 1000.") var k = 10
        @Option(help: "Widths of the search, with commas; 1 to 4096 each.") var ef = "10,16,32,64,128,256"
        @Option(help: "The metric; vectors are compared by cosine.") var metric = "cosine"
        @Option(help: "The payload of each row of the base, a file of JSON lines.") var meta: String?
        @Option(help: "Filters by name, a file of JSON; needs --meta.") var filters: String?
        @Option(help: "With filters, run the first so many queries; 1 to 1,000,000.") var filteredQueries = 500
        @Option(help: "Where the rows found are written, less the ending.") var out: String?
        @Option(help: "An empty or new folder for files of the index, on a disk; a temporary one where not given.")
        var folder: String?
        @OptionGroup var arguments: BenchArguments

        func validate() throws {
            guard metric == "cosine" else { throw ValidationError("--metric is '\(metric)', allowed is cosine") }
            guard (meta == nil) == (filters == nil) else {
                throw ValidationError("\(meta == nil ? "--meta" : "--filters") is missing: each needs the other")
            }
            try BenchCheck.numbers(ef, "--ef", 1...SearchRequest.efMax)
            try BenchCheck.number(k, "--k", 1...SearchRequest.limitMax)
            try BenchCheck.number(filteredQueries, "--filtered-queries", 1...1_000_000)
        }

        func run() async throws {
            let widths = try BenchCheck.numbers(ef, "--ef", 1...SearchRequest.efMax)
            let base = try arguments.readBase()
            let payloads = try meta.map { path in
                try PayloadFile.read(try BenchCheck.file(path, "--meta"), count: base.count)
            }
            let benchmark = try AnnBenchmark(
                base: base, queries: try BenchCheck.vectors(queries, "--queries"), payloads: payloads, k: k,
                threads: arguments.threads, parameters: arguments.parameters)
            let named = try filters.flatMap { path in
                try payloads.map { try FilterFile.read(try BenchCheck.file(path, "--filters"), for: $0) }
            }
            try await BenchCheck.withFolder(folder, "--folder") { folder in
                try await run(benchmark, named, widths, folder)
            }
        }

        private func run(
            _ benchmark: AnnBenchmark, _ filters: [FilterFile.NamedFilter]?, _ widths: [Int], _ folder: URL
        ) async throws {
            let workers = WorkerPool(name: "bench", threadCount: 1, queueDepthMax: 4)
            defer { workers.shutdown() }
            let before = try ProcessMemory.readAndForgetPeak()
            let start = ContinuousClock.now
            let collection = try await benchmark.build(workers: workers, folder: folder)
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let built = try ProcessMemory.read()
            if let filters {
                return try run(FilterBenchmark(benchmark, queriesMax: filteredQueries), collection, filters, widths)
            }
            for width in widths {
                let pass = try benchmark.run(collection, ef: width)
                let onTwo = try benchmark.runOnTwo(collection, ef: width)
                try write(pass.answers, ending: "\(width)")
                try CommandOutput.jsonLine(
                    AnnBenchmark.Line(
                        ef: width, pass: pass, buildSeconds: seconds, before: before, built: built,
                        after: try ProcessMemory.read(),
                        queriesPerSecondOnTwo: onTwo))
            }
        }

        private func run(
            _ benchmark: FilterBenchmark, _ collection: VectorCollections.Collection,
            _ filters: [FilterFile.NamedFilter], _ widths: [Int]
        ) throws {
            for filter in filters {
                for width in widths {
                    let (line, answers) = try benchmark.run(collection, ef: width, filter: filter)
                    try write(answers, ending: "\(filter.name).\(width)")
                    try CommandOutput.jsonLine(line)
                }
            }
        }

        private func write(_ answers: [[Int32]], ending: String) throws {
            guard let out else { return }
            try VectorFile.write(answers, to: URL(fileURLWithPath: "\(out).\(ending).ivecs"))
        }
    }
}
