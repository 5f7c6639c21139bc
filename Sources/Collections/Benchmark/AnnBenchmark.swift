public import Foundation
import Synchronization
public import Workers

/// Builds a collection of the vectors of a file and times its searches, one line per width of the walk.
public struct AnnBenchmark: Sendable {
    /// The searches of one width; its JSON is what other engines' benchmarks print.
    public struct Line: Sendable, Codable {
        public let ef: Int
        public let queriesPerSecond: Double
        public let p50Microseconds: Double
        public let p99Microseconds: Double
        /// From vectors in memory to an index.
        public let buildSeconds: Double
        /// The most memory that building took.
        public let buildBytesMax: Int
        /// The most memory that the index had taken until these searches had ended.
        public let residentBytesMax: Int
        /// What it takes after these searches, rows that they read with it, and what of it is no file's.
        public let residentBytes: Int
        public let anonymousBytes: Int
        /// With two threads searching.
        public let queriesPerSecondOnTwo: Double

        enum CodingKeys: String, CodingKey {
            case ef
            case queriesPerSecond = "qps"
            case p50Microseconds = "p50_us"
            case p99Microseconds = "p99_us"
            case buildSeconds = "build_s"
            case buildBytesMax = "build_rss_bytes"
            case residentBytesMax = "rss_bytes"
            case residentBytes = "search_rss_bytes"
            case anonymousBytes = "search_anon_bytes"
            case queriesPerSecondOnTwo = "qps_2t"
        }

        /// - Parameters:
        ///   - before: when the base was read and nothing built.
        ///   - built: when nothing was searched.
        ///   - after: when the searches had ended.
        public init(
            ef: Int, pass: SearchPass, buildSeconds: Double, before: ProcessMemory, built: ProcessMemory,
            after: ProcessMemory,
            queriesPerSecondOnTwo: Double
        ) {
            self.ef = ef
            queriesPerSecond = pass.queriesPerSecond
            p50Microseconds = pass.microseconds(0.5)
            p99Microseconds = pass.microseconds(0.99)
            self.buildSeconds = buildSeconds
            buildBytesMax = built.residentBytesMax - before.residentBytes
            residentBytesMax = after.residentBytesMax - before.residentBytes
            residentBytes = after.residentBytes - before.residentBytes
            anonymousBytes = after.anonymousBytes - before.anonymousBytes
            self.queriesPerSecondOnTwo = queriesPerSecondOnTwo
        }
    }

    public let base: VectorFile.Rows
    public let queries: VectorFile.Rows
    /// One for each row of the base; nil for points without payload.
    public let payloads: PayloadFile.Rows?
    public let k: Int
    public let threads: Int
    public let parameters: CollectionParameters

    /// - Throws: `VectorFileError` where the queries have another dimension than the base, or payloads are missing.
    public init(
        base: VectorFile.Rows, queries: VectorFile.Rows, payloads: PayloadFile.Rows? = nil, k: Int, threads: Int,
        parameters: CollectionParameters
    ) throws(VectorFileError) {
        guard queries.dimension == base.dimension else {
            throw VectorFileError(
                path: "the queries",
                problem: "they have \(queries.dimension) dimensions, allowed are the base's \(base.dimension)")
        }
        if let count = payloads?.payloads.count, count < base.count {
            throw VectorFileError(path: "the base", problem: "it has \(base.count) rows, the payloads \(count)")
        }
        self.base = base
        self.queries = queries
        self.payloads = payloads
        self.k = k
        self.threads = threads
        self.parameters = parameters
    }

    /// A collection of the base's rows, whose ids are their numbers, in as few segments as may be.
    /// - Parameter folder: where its rows lie, as in service; in memory where nil.
    public func build(workers: WorkerPool, folder: URL? = nil) async throws -> Collection {
        var parameters = parameters
        parameters.indexingThreadsMax = threads
        parameters.tailPointsMax = 2_048
        let points = BenchmarkPoints(base: base, payloads: payloads)
        return try await points.collection(
            of: points.rows, parameters: parameters, workers: workers,
            files: try BenchmarkPoints.files(in: folder))
    }

    public static func id(_ row: Int) -> UUID { PointKey(high: 0, low: UInt64(row)).id }

    static func row(_ id: UUID) -> Int32 { Int32(truncatingIfNeeded: PointKey(id).low) }

    /// The searches of the first `count` queries, of all where nil.
    func requests(ef: Int, filter: Filter? = nil, count: Int? = nil) -> [SearchRequest] {
        (0..<min(count ?? .max, queries.count)).map { row in
            SearchRequest(vector: queries.row(row), filter: filter, limit: k, payload: .none, ef: ef)
        }
    }

    /// Runs queries at a width: the best of three passes.
    public func run(
        _ collection: Collection, ef: Int, filter: Filter? = nil, count: Int? = nil
    ) throws -> SearchPass {
        let rounds = SearchRounds(requests: requests(ef: ef, filter: filter, count: count))
        return try rounds.run(on: [{ try collection.searchOnThisThread($0) }], k: k)[0]
    }

    /// Queries a second with two threads at once, each taking every other query.
    public func runOnTwo(_ collection: Collection, ef: Int) throws -> Double {
        let requests = requests(ef: ef)
        let team = WorkerTeam(name: "bench", threadCount: 2)
        defer { team.dismiss() }
        let failure = Mutex<String?>(nil)
        var best = 0.0
        for _ in 0..<SearchRounds.roundsCount {
            let clock = ContinuousClock()
            let start = clock.now
            team.run { member in
                do {
                    for index in stride(from: member, to: requests.count, by: 2) {
                        _ = try collection.searchOnThisThread(requests[index])
                    }
                } catch {
                    failure.withLock { $0 = "\(error)" }
                }
            }
            best = max(best, Double(requests.count) / ((clock.now - start) / .seconds(1)))
        }
        if let problem = failure.withLock({ $0 }) { throw VectorFileError(path: "the queries", problem: problem) }
        return best
    }
}
