import Testing
import Workers

@testable import VectorCollections

@Suite struct OpenBenchmarkTests {
    @Test("What was saved is opened and searched")
    func run() async throws {
        let benchmark = try BenchmarkFixtures.benchmark()
        let workers = Fixtures.workers()
        defer { workers.shutdown() }
        try await BenchmarkFixtures.withFolder { folder in
            let saved = try await OpenBenchmark.save(benchmark, to: folder, workers: workers)
            #expect(saved.points == 300 && saved.snapshotBytes > 300 * 12 * 4)
            let opened = try await workers.run {
                try OpenBenchmark.open(folder, queries: benchmark.queries, ef: 16, k: 5, workers: workers)
            }
            #expect(opened.points == 300 && opened.queries == 20)
            #expect(opened.openSeconds > 0 && opened.firstAnswerSeconds >= opened.openSeconds)
            let keys = try BenchmarkFixtures.keys(OpenBenchmark.Line(saved: saved, opened: opened))
            #expect(keys == (try BenchmarkFixtures.keys(saved)).union(try BenchmarkFixtures.keys(opened)))
        }
    }

    @Test("Memory is read as Linux writes it")
    func memory() throws {
        let status = "Name:\tx\nVmHWM:\t    300 kB\nVmRSS:\t    200 kB\nRssAnon:\t 150 kB\nRssFile:\t  50 kB\n"
        #expect(
            try ProcessMemory.parse(status)
                == ProcessMemory(
                    residentBytes: 204_800, anonymousBytes: 153_600, fileBytes: 51_200, residentBytesMax: 307_200))
        #expect(throws: ProcessMemoryError(line: "RssFile")) {
            try ProcessMemory.parse(status.replacing("RssFile", with: "RssShmem"))
        }
        #expect(throws: ProcessMemoryError(line: "VmRSS")) {
            try ProcessMemory.parse(status.replacing("200 kB", with: "200 MB"))
        }
    }
}
