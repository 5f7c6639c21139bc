import Testing
import Workers

@testable import VectorCollections

@Suite struct BesideBenchmarkTests {
    @Test("Both are timed, and what the writer applied is counted")
    func run() async throws {
        let benchmark = BesideBenchmark(
            try BenchmarkFixtures.benchmark(), batch: 10, restSeconds: 0.02, besideSeconds: 0.05, leadSeconds: 0.02)
        let workers = WorkerPool(name: "tests", threadCount: 2, queueDepthMax: 8)
        defer { workers.shutdown() }
        let line = try await benchmark.run(ef: 16, workers: workers, builders: workers)
        #expect(line.pointsBefore == 300 && line.ef == 16 && line.batch == 10)
        #expect(line.pointsAfter >= line.pointsBefore && (line.pointsAfter - line.pointsBefore) % 10 == 0)
        #expect(line.restQueriesPerSecond > 0 && line.besideQueriesPerSecond > 0)
        #expect(line.restP50Microseconds <= line.restP99Microseconds)
        #expect(line.besideP99Microseconds <= line.besideMaxMicroseconds)
        #expect(line.p50Ratio > 0 && line.p99Ratio > 0 && line.pointsPerSecond >= 0)
    }
}
