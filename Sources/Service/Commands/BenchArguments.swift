import ArgumentParser
import VectorCollections

/// What the benchmarks of an index take.
struct BenchArguments: ParsableArguments {
    @Option(help: "The vectors to index, an .fvecs file.") var base: String
    @Option(help: "Take the first so many rows of the base; all where not given.") var rows: Int?
    @Option(help: "Links of a node; 4 to 64.") var m = 16
    @Option(help: "Candidates for the links of a new node; 8 to 4096.") var efConstruction = 200
    @Option(help: "What walks compare: \(Quantization.allCases.map(\.rawValue).joined(separator: " or ")).")
    var quantization = Quantization.int8
    @Option(help: "Threads that build; 1 to 64.") var threads = 1

    func validate() throws {
        if let rows { try BenchCheck.number(rows, "--rows", 1...1_000_000_000) }
        try BenchCheck.number(m, "--m", 4...64)
        try BenchCheck.number(efConstruction, "--ef-construction", 8...4_096)
        try BenchCheck.number(threads, "--threads", 1...64)
    }

    var parameters: CollectionParameters {
        var parameters = CollectionParameters()
        parameters.m = m
        parameters.efConstruct = efConstruction
        parameters.quantization = quantization
        parameters.indexingThreadsMax = threads
        return parameters
    }

    func readBase() throws -> VectorFile.Rows { try BenchCheck.vectors(base, "--base", limit: rows) }

    func benchmark(queries: VectorFile.Rows, k: Int) throws -> AnnBenchmark {
        try AnnBenchmark(base: try readBase(), queries: queries, k: k, threads: threads, parameters: parameters)
    }
}
