public import Foundation
import Synchronization
public import Workers

/// Times searches at rest, and the same ones while a writer applies points as fast as it can.
public struct BesideBenchmark: Sendable {
    public struct Line: Sendable, Codable, Equatable {
        public let ef: Int
        /// Points in a call of `apply`.
        public let batch: Int
        public let restQueriesPerSecond: Double
        public let restP50Microseconds: Double
        public let restP99Microseconds: Double
        public let besideQueriesPerSecond: Double
        public let besideP50Microseconds: Double
        public let besideP99Microseconds: Double
        public let besideMaxMicroseconds: Double
        /// Beside the writer to at rest.
        public let p50Ratio: Double
        public let p99Ratio: Double
        /// While searches were timed, the writer's waits for room included. It writes in bursts, between which it waits
        /// for graphs: short measurements may see none.
        public let pointsPerSecond: Double
        public let pointsBefore: Int
        public let pointsAfter: Int

        enum CodingKeys: String, CodingKey {
            case ef, batch
            case restQueriesPerSecond = "rest_qps"
            case restP50Microseconds = "rest_p50_us"
            case restP99Microseconds = "rest_p99_us"
            case besideQueriesPerSecond = "beside_qps"
            case besideP50Microseconds = "beside_p50_us"
            case besideP99Microseconds = "beside_p99_us"
            case besideMaxMicroseconds = "beside_max_us"
            case p50Ratio = "p50_ratio"
            case p99Ratio = "p99_ratio"
            case pointsPerSecond = "points_per_s"
            case pointsBefore = "points_before"
            case pointsAfter = "points_after"
        }
    }

    /// So many points are written at most, lest memory run out.
    static let writtenPointsMax = 1_000_000

    public let benchmark: AnnBenchmark
    public let batch: Int
    public let restSeconds: Double
    public let besideSeconds: Double
    /// The writer's, before searches are timed.
    public let leadSeconds: Double

    public init(
        _ benchmark: AnnBenchmark, batch: Int, restSeconds: Double, besideSeconds: Double, leadSeconds: Double = 1
    ) {
        precondition(batch > 0 && restSeconds > 0 && besideSeconds > 0 && leadSeconds >= 0)
        self.benchmark = benchmark
        self.batch = batch
        self.restSeconds = restSeconds
        self.besideSeconds = besideSeconds
        self.leadSeconds = leadSeconds
    }

    /// What the writer and the searches tell each other.
    private final class Progress: Sendable {
        let written = Atomic(0)
        let isOver = Atomic(false)
    }

    /// Builds a collection of all rows, searches it from a thread of `workers` at rest, then beside a writer of new
    /// points with vectors of the base. `workers` needs two threads at least: applying takes the other one.
    /// - Parameter folder: where rows lie, as in service; in memory where nil.
    /// - Throws: as `Collection.apply`, `maintain` and `searchOnThisThread`.
    public func run(ef: Int, workers: WorkerPool, builders: WorkerPool, folder: URL? = nil) async throws -> Line {
        precondition(workers.threadCount >= 2)
        var parameters = benchmark.parameters
        parameters.indexingThreadsMax = benchmark.threads
        let points = BenchmarkPoints(base: benchmark.base)
        let collection = try await points.collection(
            of: points.rows, parameters: parameters, workers: workers, builders: builders,
            files: try BenchmarkPoints.files(in: folder))
        let before = collection.state.pointsCount
        let requests = benchmark.requests(ef: ef)
        let progress = Progress()
        let (restSeconds, besideSeconds, leadSeconds) = (restSeconds, besideSeconds, leadSeconds)
        let rest = try await workers.run {
            try Self.search(requests, on: collection, lead: 0, seconds: restSeconds, progress)
        }
        async let writing = SteadyWriter(collection: collection).run { number in
            progress.isOver.load(ordering: .relaxed) ? nil : batch(number, points, progress)
        }
        let beside: Timed
        do {
            defer { progress.isOver.store(true, ordering: .relaxed) }
            beside = try await workers.run {
                try Self.search(requests, on: collection, lead: leadSeconds, seconds: besideSeconds, progress)
            }
        }
        _ = try await writing
        return line(ef, rest, beside, pointsBefore: before, pointsAfter: collection.state.pointsCount)
    }

    private func batch(_ number: Int, _ points: BenchmarkPoints, _ progress: Progress) -> [Change]? {
        let rows = benchmark.base.count
        let start = number * batch
        // What came before this batch is applied.
        progress.written.store(start, ordering: .relaxed)
        guard start + batch <= Self.writtenPointsMax else { return nil }
        return (start..<start + batch).map { place in
            let point = points.point(Int32(place % rows), id: rows + place)
            return Change(position: Position(Int64(place + 1)), id: point.id, operation: .upsert(point))
        }
    }

    private struct Timed {
        var seconds: [Double] = []
        var totalSeconds = 0.0
        var writtenPoints = 0
    }

    private static func search(
        _ requests: [SearchRequest], on collection: Collection, lead: Double, seconds: Double, _ progress: Progress
    ) throws -> Timed {
        var timed = Timed()
        let clock = ContinuousClock()
        var start = clock.now
        var number = 0
        var isLeading = lead > 0
        var writtenBefore = progress.written.load(ordering: .relaxed)
        while true {
            let request = requests[number % requests.count]
            let before = clock.now
            _ = try collection.searchOnThisThread(request)
            let after = clock.now
            number += 1
            if isLeading {
                guard (after - start) / .seconds(1) >= lead else { continue }
                isLeading = false
                start = after
                writtenBefore = progress.written.load(ordering: .relaxed)
                continue
            }
            timed.seconds.append((after - before) / .seconds(1))
            timed.totalSeconds = (after - start) / .seconds(1)
            if timed.totalSeconds >= seconds { break }
        }
        timed.writtenPoints = progress.written.load(ordering: .relaxed) - writtenBefore
        return timed
    }

    private func line(_ ef: Int, _ rest: Timed, _ beside: Timed, pointsBefore: Int, pointsAfter: Int) -> Line {
        func microseconds(_ timed: Timed, _ share: Double) -> Double { Percentile.of(timed.seconds, share) * 1e6 }
        func perSecond(_ timed: Timed, _ count: Int) -> Double { (Double(count) / timed.totalSeconds).fiveDigits }
        return Line(
            ef: ef, batch: batch, restQueriesPerSecond: perSecond(rest, rest.seconds.count),
            restP50Microseconds: microseconds(rest, 0.5).fiveDigits,
            restP99Microseconds: microseconds(rest, 0.99).fiveDigits,
            besideQueriesPerSecond: perSecond(beside, beside.seconds.count),
            besideP50Microseconds: microseconds(beside, 0.5).fiveDigits,
            besideP99Microseconds: microseconds(beside, 0.99).fiveDigits,
            besideMaxMicroseconds: microseconds(beside, 1).fiveDigits,
            p50Ratio: (microseconds(beside, 0.5) / microseconds(rest, 0.5)).fiveDigits,
            p99Ratio: (microseconds(beside, 0.99) / microseconds(rest, 0.99)).fiveDigits,
            pointsPerSecond: perSecond(beside, beside.writtenPoints), pointsBefore: pointsBefore,
            pointsAfter: pointsAfter)
    }
}
