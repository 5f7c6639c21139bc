import ArgumentParser
import VectorCollections

/// `greenroom capacity …`
struct CapacityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capacity", abstract: "Tell what memory a number of vectors needs.",
        discussion:
            "Counts vectors, codes, links and ids, not payload. What is mapped is so in collections with files."
    )

    @Option(help: "Vectors; 1 to 1,000,000,000.") var vectors: Int
    @Option(help: "Dimensions; 1 to 4096.") var dimensions = 384
    @Option(help: "Links of a node; 4 to 64.") var m = 16
    @Option(help: "What walks compare: \(Quantization.allCases.map(\.rawValue).joined(separator: " or ")).")
    var quantization = Quantization.int8
    @Flag(help: "Print the result as JSON.") var json = false

    func run() throws {
        try Self.check(vectors, "--vectors", 1...1_000_000_000)
        try Self.check(dimensions, "--dimensions", 1...4_096)
        try Self.check(m, "--m", 4...64)
        let estimate = CapacityEstimate(
            vectors: vectors, dimension: dimensions, m: m, quantization: quantization)
        if json { return try CommandOutput.json(estimate) }
        let parts = [
            ("vectors, mapped", estimate.rowBytes), ("codes compared, mapped", estimate.comparedCodeBytes),
            ("codes walked", estimate.walkedCodeBytes), ("links", estimate.linkBytes),
            ("ids and bounds", estimate.slotBytes), ("walked in all, resident", estimate.walkedBytes),
            ("in all", estimate.totalBytes),
        ]
        for (name, bytes) in parts {
            CommandOutput.line("\(name): \(bytes / 1_048_576) MiB, \(bytes / vectors) bytes a vector")
        }
    }

    private static func check(_ number: Int, _ option: String, _ range: ClosedRange<Int>) throws {
        guard range.contains(number) else {
            throw UsageError("\(option) is \(number), allowed is \(range.lowerBound) to \(range.upperBound)")
        }
    }
}
