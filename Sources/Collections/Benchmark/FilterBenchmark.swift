/// Times searches with a filter, one line per filter and width.
public struct FilterBenchmark: Sendable {
    /// The searches of one filter and width.
    public struct Line: Sendable, Codable, Equatable {
        public let filter: String
        public let ef: Int
        /// Points that satisfy the filter.
        public let matching: Int
        /// Of all points.
        public let share: Double
        public let queriesPerSecond: Double
        public let p50Microseconds: Double
        public let p99Microseconds: Double
        public let queries: Int
        /// How many parts were answered in each way, over all queries; see `SearchPlan.Strategy`.
        public let strategy: [String: Int]

        enum CodingKeys: String, CodingKey {
            case filter, ef, matching, share, queries, strategy
            case queriesPerSecond = "qps"
            case p50Microseconds = "p50_us"
            case p99Microseconds = "p99_us"
        }
    }

    public let benchmark: AnnBenchmark
    /// The first so many queries are run.
    public let queriesMax: Int

    public init(_ benchmark: AnnBenchmark, queriesMax: Int) {
        self.benchmark = benchmark
        self.queriesMax = queriesMax
    }

    /// - Returns: the figures of the best of three passes, and the rows found.
    /// - Throws: `BenchmarkFileError` where the file of filters tells another number of matching points: then its true
    ///   neighbours are of other data. `SearchError`, `FilterError`.
    public func run(
        _ collection: Collection, ef: Int, filter: FilterFile.NamedFilter
    ) throws -> (line: Line, answers: [[Int32]]) {
        let pass = try benchmark.run(collection, ef: ef, filter: filter.filter, count: queriesMax)
        if let told = filter.matchingCount, told != pass.matchingCount {
            throw BenchmarkFileError(
                path: "the filters", place: "filter '\(filter.name)'",
                problem: "it matches \(pass.matchingCount) points, its n says \(told)")
        }
        let points = max(1, collection.state.pointsCount)
        let strategy = pass.partsCount.map { ($0.key.rawValue, $0.value) }
        let line = Line(
            filter: filter.name, ef: ef, matching: pass.matchingCount,
            share: (Double(pass.matchingCount) / Double(points)).fiveDigits,
            queriesPerSecond: pass.queriesPerSecond.fiveDigits, p50Microseconds: pass.microseconds(0.5).fiveDigits,
            p99Microseconds: pass.microseconds(0.99).fiveDigits, queries: pass.seconds.count,
            strategy: Dictionary(uniqueKeysWithValues: strategy))
        return (line, pass.answers)
    }
}
