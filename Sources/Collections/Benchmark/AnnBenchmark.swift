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
        /// The most memory that the build took.
        public let residentBytes: Int
        /// With two threads searching.
        public let queriesPerSecondOnTwo: Double

        enum CodingKeys: String, CodingKey {
            case ef
            case queriesPerSecond = "qps"
            case p50Microseconds = "p50_us"
            case p99Microseconds = "p99_us"
            case buildSeconds = "build_s"
            case residentBytes = "rss_bytes"
            case queriesPerSecondOnTwo = "qps_2t"
        }

        public init(
            ef: Int, queriesPerSecond: Double, p50Microseconds: Double, p99Microseconds: Double, buildSeconds: Double,
            residentBytes: Int, queriesPerSecondOnTwo: Double
        ) {
            self.ef = ef
            self.queriesPerSecond = queriesPerSecond
            self.p50Microseconds = p50Microseconds
            self.p99Microseconds = p99Microseconds
            self.buildSeconds = buildSeconds
            self.residentBytes = residentBytes
            self.queriesPerSecondOnTwo = queriesPerSecondOnTwo
        }
    }

    public let base: VectorFile.Rows
    public let queries: VectorFile.Rows
    public let k: Int
    public let threads: Int
    public let parameters: CollectionParameters

    public init(
        base: VectorFile.Rows, queries: VectorFile.Rows, k: Int, threads: Int, parameters: CollectionParameters
    ) {
        self.base = base
        self.queries = queries
        self.k = k
        self.threads = threads
        self.parameters = parameters
    }

    /// A collection of the base's rows, whose ids are their numbers, in as few segments as may be.
    public func build(workers: WorkerPool) async throws -> Collection {
        var parameters = parameters
        parameters.indexingThreadsMax = threads
        parameters.tailPointsMax = 16_384
        let schema = try CollectionSchema(name: "bench", model: "bench", dimension: base.dimension, fields: [])
        let collection = Collection(schema: schema, parameters: parameters, workers: workers)
        for start in stride(from: 0, to: base.count, by: 4_096) {
            try collection.load(
                (start..<min(start + 4_096, base.count)).map { row in
                    Point(id: Self.id(row), vector: base.row(row), payload: [:])
                })
        }
        collection.completeLoad(at: Position.start)
        try await collection.optimise()
        return collection
    }

    public static func id(_ row: Int) -> UUID { PointKey(high: 0, low: UInt64(row)).id }

    static func row(_ id: UUID) -> Int32 { Int32(truncatingIfNeeded: PointKey(id).low) }

    /// Runs all queries at a width: the best of three passes, and the answers by row number, −1 where there are fewer.
    public func run(
        _ collection: Collection, ef: Int, filter: Filter? = nil, count: Int? = nil
    ) throws -> (seconds: [Double], total: Double, answers: [[Int32]]) {
        let requests = (0..<(count ?? queries.count)).map { row in
            SearchRequest(vector: queries.row(row), filter: filter, limit: k, payload: .none, ef: ef)
        }
        var best: (seconds: [Double], total: Double, answers: [[Int32]]) = ([], .infinity, [])
        for request in requests.prefix(100) { _ = try collection.searchOnThisThread(request) }
        for _ in 0..<3 {
            var seconds: [Double] = []
            var results: [SearchResult] = []
            seconds.reserveCapacity(requests.count)
            results.reserveCapacity(requests.count)
            let clock = ContinuousClock()
            let start = clock.now
            for request in requests {
                let before = clock.now
                results.append(try collection.searchOnThisThread(request))
                seconds.append(Self.seconds(clock.now - before))
            }
            let total = Self.seconds(clock.now - start)
            guard total < best.total else { continue }
            best = (
                seconds, total,
                results.map { result in
                    let rows = result.hits.map { Self.row($0.id) }
                    return rows + Array(repeating: -1, count: k - rows.count)
                }
            )
        }
        return best
    }

    /// Queries a second with two threads at once, each taking every other query.
    public func runOnTwo(_ collection: Collection, ef: Int) throws -> Double {
        let requests = (0..<queries.count).map { row in
            SearchRequest(vector: queries.row(row), limit: k, payload: .none, ef: ef)
        }
        let team = WorkerTeam(name: "bench", threadCount: 2)
        defer { team.dismiss() }
        let failure = Mutex<String?>(nil)
        var best = 0.0
        for _ in 0..<3 {
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
            best = max(best, Double(requests.count) / Self.seconds(clock.now - start))
        }
        if let problem = failure.withLock({ $0 }) { throw VectorFileError(path: "the queries", problem: problem) }
        return best
    }

    public static func percentile(_ seconds: [Double], _ share: Double) -> Double {
        let sorted = seconds.sorted()
        return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }

    static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }
}
