import Foundation
import Testing
import Workers

@testable import VectorCollections

@Suite struct FilterBenchmarkTests {
    private static let count = 300

    private func payloads() throws -> PayloadFile.Rows {
        let lines = (0..<Self.count).map { #"{"third":"t\#($0 % 3)","number":\#($0)}"# }
        return try PayloadFile.parse(
            Data(lines.joined(separator: "\n").utf8), path: "meta.jsonl", count: Self.count)
    }

    @Test("Finds the exact neighbours among what matches", arguments: [UInt64](1...3))
    func finds(seed: UInt64) async throws {
        let payloads = try payloads()
        let benchmark = try BenchmarkFixtures.benchmark(base: Self.count, payloads: payloads, seed: seed)
        let workers = Fixtures.workers()
        defer { workers.shutdown() }
        let collection = try await benchmark.build(workers: workers)
        let filters = try FilterFile.parse(
            Data(#"{"some":{"conds":[["third","t1"]],"n":100},"one":{"conds":[["number",7]]}}"#.utf8), path: "f",
            for: payloads)
        let runner = FilterBenchmark(benchmark, queriesMax: 9)
        let one = try runner.run(collection, ef: 16, filter: filters[0])
        #expect(one.line.matching == 1 && one.line.filter == "one" && one.line.ef == 16)
        #expect(one.answers == Array(repeating: [7, -1, -1, -1, -1], count: 9), "seed \(seed)")
        let some = try runner.run(collection, ef: 16, filter: filters[1])
        let truth = BenchmarkFixtures.neighbours(
            of: benchmark.queries, among: (0..<100).map { Int32(3 * $0 + 1) }, of: benchmark.base, k: 5)
        #expect(some.answers == Array(truth.prefix(9)), "seed \(seed)")
        #expect(some.line.matching == 100 && some.line.queries == 9 && some.line.queriesPerSecond > 0)
        #expect(some.line.strategy.values.reduce(0, +) == 9 * collection.state.parts.count)
        #expect(
            try BenchmarkFixtures.keys(some.line) == [
                "filter", "ef", "matching", "share", "qps", "p50_us", "p99_us", "queries", "strategy",
            ])
    }

    @Test("A file that tells another number of matches is refused")
    func otherData() async throws {
        let benchmark = try BenchmarkFixtures.benchmark(base: Self.count, payloads: try payloads())
        let workers = Fixtures.workers()
        defer { workers.shutdown() }
        let collection = try await benchmark.build(workers: workers)
        let filter = FilterFile.NamedFilter(
            name: "some", filter: .equals("third", .keyword("t1")), matchingCount: 99)
        #expect(
            throws: BenchmarkFileError(
                path: "the filters", place: "filter 'some'", problem: "it matches 100 points, its n says 99")
        ) { try FilterBenchmark(benchmark, queriesMax: 1).run(collection, ef: 16, filter: filter) }
    }

    @Test("Queries of another dimension and missing payloads are refused")
    func refused() throws {
        let rows = BenchmarkFixtures.rows(3, seed: 1)
        #expect(throws: VectorFileError.self) {
            try AnnBenchmark(
                base: rows, queries: BenchmarkFixtures.rows(3, dimension: 5, seed: 1), k: 1, threads: 1,
                parameters: CollectionParameters())
        }
        let payloads = try PayloadFile.parse(Data("{}".utf8), path: "meta.jsonl", count: 1)
        #expect(throws: VectorFileError.self) {
            try AnnBenchmark(
                base: rows, queries: rows, payloads: payloads, k: 1, threads: 1, parameters: CollectionParameters())
        }
    }
}
