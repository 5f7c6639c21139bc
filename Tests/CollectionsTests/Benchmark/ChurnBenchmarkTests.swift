import Testing
import Workers

@testable import VectorCollections

@Suite struct ChurnBenchmarkTests {
    @Test("A split replaces its share, each row once", arguments: [1, 2, 3, 99, 300], [0.01, 0.5, 1])
    func split(count: Int, share: Double) {
        let split = ChurnBenchmark.Split(count: count, share: share, seed: 7)
        #expect(split.leaving.count == split.coming.count)
        #expect(split.first.count + split.coming.count <= count)
        #expect(count - split.first.count - split.coming.count <= 1)
        #expect(abs(Double(split.coming.count) - share * Double(split.first.count)) <= 1)
        #expect(Set(split.first).isDisjoint(with: split.coming) && Set(split.leaving).isSubset(of: split.first))
        #expect(Set(split.coming).count == split.coming.count && Set(split.leaving).count == split.leaving.count)
        #expect(Set(split.last) == Set(split.first).subtracting(split.leaving).union(split.coming))
        #expect(split == ChurnBenchmark.Split(count: count, share: share, seed: 7))
    }

    @Test("Another seed gives another order")
    func seeds() {
        #expect(
            ChurnBenchmark.Split(count: 300, share: 0.5, seed: 1).coming
                != ChurnBenchmark.Split(count: 300, share: 0.5, seed: 2).coming)
    }

    @Test("Where scans are exact, each of the three indexes finds all", arguments: [UInt64](1...3))
    func run(seed: UInt64) async throws {
        let benchmark = ChurnBenchmark(
            try BenchmarkFixtures.benchmark(base: 300, seed: seed), share: 0.5, seed: seed, batch: 30)
        let workers = Fixtures.workers()
        defer { workers.shutdown() }
        var lines: [ChurnBenchmark.Line] = []
        try await benchmark.run(efs: [8, 16], workers: workers, builders: workers) { lines.append($0) }
        #expect(lines.count == 1 + 2 * 3)
        guard case .churn(let churn)? = lines.first else {
            Issue.record("the first line is not about the replacing")
            return
        }
        #expect(churn.points == 200 && churn.replaced == 100 && churn.changesPerSecond > 0)
        var searched: [[ChurnBenchmark.Index]] = [[], []]
        for case .search(let line) in lines {
            #expect(line.recall == 1 && line.recallRatio == 1, "seed \(seed)")
            if line.index == .fresh { #expect(line.speedRatio == 1) }
            searched[line.ef == 8 ? 0 : 1].append(line.index)
        }
        #expect(searched == [ChurnBenchmark.Index.allCases, ChurnBenchmark.Index.allCases])
        #expect(try BenchmarkFixtures.keys(lines[1]).isSuperset(of: ["qps", "qps_ratio", "recall", "recall_ratio"]))
    }
}
