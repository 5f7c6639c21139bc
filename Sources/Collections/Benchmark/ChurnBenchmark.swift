import Foundation
public import Workers

/// Replaces a share of a collection's points while it is maintained, and compares what became of it with a collection
/// that was built of the same points afresh.
public struct ChurnBenchmark: Sendable {
    /// What the benchmark prints.
    public enum Line: Sendable, Encodable {
        case churn(Churn)
        case search(Search)

        public func encode(to encoder: any Encoder) throws {
            switch self {
            case .churn(let line): try line.encode(to: encoder)
            case .search(let line): try line.encode(to: encoder)
            }
        }
    }

    /// How the replacing went.
    public struct Churn: Sendable, Codable, Equatable {
        public var kind = "churn"
        public let points: Int
        public let replaced: Int
        /// Changes in one call of `apply`: a deletion and a new point for each one replaced.
        public let batch: Int
        public let seconds: Double
        public let changesPerSecond: Double
        /// From the last change until maintenance had nothing left to do.
        public let settleSeconds: Double
        public let segments: Int
        /// Points of the open tail, which every search compares one by one.
        public let tail: Int
        /// Slots of points that are gone, not rewritten yet.
        public let deleted: Int
        public let optimiseSeconds: Double
        public let freshBuildSeconds: Double

        enum CodingKeys: String, CodingKey {
            case kind, points, replaced, batch, segments, tail, deleted
            case seconds = "churn_s"
            case changesPerSecond = "changes_per_s"
            case settleSeconds = "settle_s"
            case optimiseSeconds = "optimise_s"
            case freshBuildSeconds = "fresh_build_s"
        }
    }

    /// The searches of one index and width. The indexes are searched in turn, in the same rounds.
    public struct Search: Sendable, Codable, Equatable {
        public var kind = "search"
        public let index: Index
        public let ef: Int
        /// Against the exact neighbours among the final points.
        public let recall: Double
        public let queriesPerSecond: Double
        public let p50Microseconds: Double
        public let p99Microseconds: Double
        /// To the fresh index's queries a second and recall at the same width.
        public let speedRatio: Double
        public let recallRatio: Double

        enum CodingKeys: String, CodingKey {
            case kind, index, ef, recall
            case queriesPerSecond = "qps"
            case p50Microseconds = "p50_us"
            case p99Microseconds = "p99_us"
            case speedRatio = "qps_ratio"
            case recallRatio = "recall_ratio"
        }
    }

    public enum Index: String, Sendable, Codable, CaseIterable {
        /// Built of the final points at once.
        case fresh
        /// After the replacing, when maintenance had nothing left to do.
        case churned
        /// The churned one after `optimise()`.
        case optimised
    }

    /// Its `base` is split into the first points and those that come in their place.
    public let benchmark: AnnBenchmark
    /// Of the first points. Above 0, at most 1
    public let share: Double
    public let seed: UInt64
    /// Points replaced in one call of `apply`.
    public let batch: Int

    public init(_ benchmark: AnnBenchmark, share: Double, seed: UInt64, batch: Int) {
        precondition(share > 0 && share <= 1 && batch > 0)
        self.benchmark = benchmark
        self.share = share
        self.seed = seed
        self.batch = batch
    }

    /// Which rows are there first, which go, and which come.
    struct Split: Equatable {
        let first: [Int32]
        /// In the order of the replacing; `leaving[i]` makes place for `coming[i]`.
        let leaving: [Int32]
        let coming: [Int32]
        let last: [Int32]

        /// In an order drawn from the seed alone.
        init(count: Int, share: Double, seed: UInt64) {
            var generator = SplitMix64(seed: seed)
            let order = (0..<count).map { Int32($0) }.shuffled(using: &generator)
            let firstCount = max(1, min(count, Int((Double(count) / (1 + share)).rounded())))
            let replaced = min(firstCount, count - firstCount)
            first = order[..<firstCount].sorted()
            leaving = Array(order[..<replaced])
            coming = Array(order[firstCount..<firstCount + replaced])
            last = order[replaced..<firstCount + replaced].sorted()
        }
    }

    /// - Parameter report: takes a line as soon as it is measured.
    /// - Throws: as `Collection.apply`, `maintain` and `searchOnThisThread`, `VectorFileError`; what `report` throws.
    public func run(
        efs: [Int], workers: WorkerPool, builders: WorkerPool, report: (Line) throws -> Void
    ) async throws {
        var parameters = benchmark.parameters
        parameters.indexingThreadsMax = benchmark.threads
        let points = BenchmarkPoints(base: benchmark.base)
        let split = Split(count: benchmark.base.count, share: share, seed: seed)
        let clock = ContinuousClock()
        let churned = try await points.collection(
            of: split.first, parameters: parameters, workers: workers, builders: builders)
        let times = try await SteadyWriter(collection: churned).run { replacement($0, split, points) }
        let info = churned.info()
        var states: [Index: CollectionState] = [.churned: churned.state]
        var start = clock.now
        try await churned.optimise()
        let optimiseSeconds = (clock.now - start) / .seconds(1)
        states[.optimised] = churned.state
        start = clock.now
        states[.fresh] = try await points.collection(
            of: split.last, parameters: parameters, workers: workers, builders: builders
        ).state
        let freshSeconds = (clock.now - start) / .seconds(1)
        try report(
            .churn(
                Churn(
                    points: split.last.count, replaced: split.coming.count, batch: batch,
                    seconds: times.totalSeconds.fiveDigits,
                    changesPerSecond: (Double(2 * split.coming.count) / max(times.totalSeconds, 1e-9)).fiveDigits,
                    settleSeconds: times.settleSeconds.fiveDigits, segments: info.segmentsCount,
                    tail: info.tailCount, deleted: info.deletedCount, optimiseSeconds: optimiseSeconds.fiveDigits,
                    freshBuildSeconds: freshSeconds.fiveDigits)))
        let exact = ExactNeighbours(base: benchmark.base, queries: benchmark.queries, k: benchmark.k)
        let (threads, last, (k, found)) = (benchmark.threads, split.last, (benchmark.k, states))
        let truth = try await workers.run { try exact.find(among: last, threads: threads) }
        for ef in efs {
            let requests = benchmark.requests(ef: ef)
            let lines = try await workers.run { [parameters] in
                try Self.search(requests, on: found, parameters, truth: truth, k: k, ef: ef)
            }
            for line in lines { try report(.search(line)) }
        }
    }

    private func replacement(_ number: Int, _ split: Split, _ points: BenchmarkPoints) -> [Change]? {
        let start = number * batch
        guard start < split.coming.count else { return nil }
        return (start..<min(start + batch, split.coming.count)).flatMap { place in
            let point = points.point(split.coming[place])
            let position = Position(Int64(2 * place + 1))
            return [
                Change(position: position, id: AnnBenchmark.id(Int(split.leaving[place])), operation: .delete),
                Change(position: Position(position.rawValue + 1), id: point.id, operation: .upsert(point)),
            ]
        }
    }

    private static func search(
        _ requests: [SearchRequest], on states: [Index: CollectionState], _ parameters: CollectionParameters,
        truth: [[Int32]], k: Int, ef: Int
    ) throws -> [Search] {
        let indexes = Index.allCases.compactMap { index in states[index].map { (index, $0) } }
        let passes = try SearchRounds(requests: requests).run(
            on: indexes.map { _, state in { try state.answer($0, parameters) } }, k: k)
        let freshRecall = ExactNeighbours.recall(of: passes[0].answers, truth: truth, k: k)
        return zip(indexes, passes).map { index, pass in
            let recall = ExactNeighbours.recall(of: pass.answers, truth: truth, k: k)
            return Search(
                index: index.0, ef: ef, recall: recall.fiveDigits,
                queriesPerSecond: pass.queriesPerSecond.fiveDigits,
                p50Microseconds: pass.microseconds(0.5).fiveDigits,
                p99Microseconds: pass.microseconds(0.99).fiveDigits,
                speedRatio: (pass.queriesPerSecond / passes[0].queriesPerSecond).fiveDigits,
                recallRatio: (recall / max(freshRecall, 1e-9)).fiveDigits)
        }
    }
}

extension CollectionState {
    /// As `Collection.searchOnThisThread`, on a state that may have been left behind.
    fileprivate func answer(_ request: SearchRequest, _ parameters: CollectionParameters) throws -> SearchResult {
        let query = try SearchRun.Query(request, schema: schema)
        let filter = try FilterCompiler.compile(request.filter, schema: schema)
        return SearchRun(state: self, parameters: parameters, filter: filter, queries: [query]).run()[0]
    }
}
