import Foundation
import Testing
import Workers

@testable import VectorCollections

@Suite struct IngestBenchmarkTests {
    @Test("Every size of batch applies all points, and the snapshots hold those of the last")
    func run() async throws {
        let benchmark = IngestBenchmark(
            base: BenchmarkFixtures.rows(150, seed: 1), parameters: CollectionParameters(), batches: [1, 70],
            pointsMax: 200, secondsMax: 60)
        let workers = Fixtures.workers()
        defer { workers.shutdown() }
        try await BenchmarkFixtures.withFolder { folder in
            var applied: [IngestBenchmark.Apply] = []
            var saved: [IngestBenchmark.Snapshot] = []
            try await benchmark.run(folder: folder, workers: workers, builders: workers) { line in
                switch line {
                case .apply(let line): applied.append(line)
                case .snapshot(let line): saved.append(line)
                }
            }
            #expect(applied.map(\.batch) == [1, 70] && applied.map(\.points) == [200, 200])
            #expect(applied.allSatisfy { $0.pointsPerSecond > 0 && !$0.isDurable })
            #expect(saved.map(\.isFirst) == [true, false] && saved.map(\.points) == [200, 270])
            #expect(saved.map(\.newPoints) == [200, 70])
            #expect(saved.allSatisfy { $0.isDurable && $0.folderBytes > 0 })
            // The job that saved keeps the files until its thread takes the next one.
            try await workers.run {}
            let files = try CollectionFiles(folder: folder.path, source: "bench")
            let schema = try BenchmarkPoints.schema(dimension: 12)
            let restored = try VectorCollections.Collection(restoring: files, schema: schema, workers: workers)
            #expect(restored.state.pointsCount == 270)
        }
    }
}
