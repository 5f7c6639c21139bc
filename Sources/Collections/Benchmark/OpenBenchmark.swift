public import Foundation
public import Workers

/// Saves an index to files, and times its opening in a process that has nothing else.
public enum OpenBenchmark {
    /// Says that a snapshot is of a benchmark.
    private static let source = "bench"

    /// What saving took.
    public struct Saved: Sendable, Codable, Equatable {
        public let points: Int
        public let buildSeconds: Double
        /// Writing and synchronising all files.
        public let snapshotSeconds: Double
        public let snapshotBytes: Int

        enum CodingKeys: String, CodingKey {
            case points
            case buildSeconds = "build_s"
            case snapshotSeconds = "snapshot_s"
            case snapshotBytes = "snapshot_bytes"
        }
    }

    /// What opening took. Files that were just written are still in the system's page cache, as after a restart of the
    /// service, not of the machine. Bytes are those above what the process had with the queries read.
    public struct Opened: Sendable, Codable, Equatable {
        public let points: Int
        /// Mapping and checking the files.
        public let openSeconds: Double
        /// From before opening until the first search was answered.
        public let firstAnswerSeconds: Double
        public let residentBytes: Int
        public let anonymousBytes: Int
        public let fileBytes: Int
        public let queries: Int
        public let residentBytesAfter: Int
        public let anonymousBytesAfter: Int
        public let fileBytesAfter: Int

        enum CodingKeys: String, CodingKey {
            case points, queries
            case openSeconds = "open_s"
            case firstAnswerSeconds = "open_first_answer_s"
            case residentBytes = "open_rss_bytes"
            case anonymousBytes = "open_anon_bytes"
            case fileBytes = "open_file_bytes"
            case residentBytesAfter = "queried_rss_bytes"
            case anonymousBytesAfter = "queried_anon_bytes"
            case fileBytesAfter = "queried_file_bytes"
        }
    }

    /// The line of both.
    public struct Line: Sendable, Encodable {
        let saved: Saved
        let opened: Opened

        public init(saved: Saved, opened: Opened) {
            self.saved = saved
            self.opened = opened
        }

        /// The fields of both side by side.
        public func encode(to encoder: any Encoder) throws {
            try saved.encode(to: encoder)
            try opened.encode(to: encoder)
        }
    }

    /// Builds an index of the base and saves it. When it returns nobody has the folder.
    /// - Parameter workers: a pool of one thread.
    /// - Throws: `SnapshotError`; as `Collection.optimise`.
    public static func save(_ benchmark: AnnBenchmark, to folder: URL, workers: WorkerPool) async throws -> Saved {
        precondition(workers.threadCount == 1)
        let saved = try await buildAndSave(benchmark, to: folder, workers: workers)
        // The job that saved keeps the files until its thread takes the next one.
        try await workers.run {}
        return saved
    }

    private static func buildAndSave(
        _ benchmark: AnnBenchmark, to folder: URL, workers: WorkerPool
    ) async throws -> Saved {
        var parameters = benchmark.parameters
        parameters.indexingThreadsMax = benchmark.threads
        let points = BenchmarkPoints(base: benchmark.base)
        let files = try CollectionFiles(folder: folder.path, source: source)
        let clock = ContinuousClock()
        let start = clock.now
        let collection = try await points.collection(
            of: points.rows, parameters: parameters, workers: workers, files: files)
        let built = clock.now
        try await collection.snapshot()
        let saved = clock.now
        return Saved(
            points: collection.state.pointsCount, buildSeconds: ((built - start) / .seconds(1)).fiveDigits,
            snapshotSeconds: ((saved - built) / .seconds(1)).fiveDigits, snapshotBytes: try bytes(of: folder))
    }

    /// Opens what `save` saved, and searches. To be called in a process of its own. Blocks its thread.
    /// - Parameter queries: at least one; all are run.
    /// - Throws: `SnapshotError`, `SearchError`, `ProcessMemoryError`
    public static func open(
        _ folder: URL, queries: VectorFile.Rows, ef: Int, k: Int, workers: WorkerPool
    ) throws -> Opened {
        precondition(queries.count > 0)
        let requests = (0..<queries.count).map { row in
            SearchRequest(vector: queries.row(row), limit: k, payload: .none, ef: ef)
        }
        let schema = try BenchmarkPoints.schema(dimension: queries.dimension)
        let before = try ProcessMemory.read()
        let clock = ContinuousClock()
        let start = clock.now
        let files = try CollectionFiles(folder: folder.path, source: source)
        let collection = try Collection(restoring: files, schema: schema, workers: workers)
        let opened = clock.now
        _ = try collection.searchOnThisThread(requests[0])
        let answered = clock.now
        let after = try ProcessMemory.read()
        for request in requests { _ = try collection.searchOnThisThread(request) }
        let searched = try ProcessMemory.read()
        return Opened(
            points: collection.state.pointsCount, openSeconds: ((opened - start) / .seconds(1)).fiveDigits,
            firstAnswerSeconds: ((answered - start) / .seconds(1)).fiveDigits,
            residentBytes: after.residentBytes - before.residentBytes,
            anonymousBytes: after.anonymousBytes - before.anonymousBytes,
            fileBytes: after.fileBytes - before.fileBytes, queries: requests.count,
            residentBytesAfter: searched.residentBytes - before.residentBytes,
            anonymousBytesAfter: searched.anonymousBytes - before.anonymousBytes,
            fileBytesAfter: searched.fileBytes - before.fileBytes)
    }

    static func bytes(of folder: URL) throws -> Int {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.fileSizeKey])
            .reduce(0) { $0 + (try $1.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0) }
    }
}
