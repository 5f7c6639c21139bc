/// One pass of a benchmark over its requests.
public struct SearchPass: Sendable {
    /// Of each search.
    public let seconds: [Double]
    /// From the first search to the last.
    public let totalSeconds: Double
    /// The rows found, best first, −1 where there are fewer than `k`.
    public let answers: [[Int32]]
    /// Points that satisfy the filter, as the last search counted them.
    public let matchingCount: Int
    /// How many parts were answered in each way, over all searches.
    public let partsCount: [SearchPlan.Strategy: Int]

    public var queriesPerSecond: Double { totalSeconds > 0 ? Double(seconds.count) / totalSeconds : 0 }

    /// The time below which a share of the searches stayed. O(n log n)
    public func microseconds(_ share: Double) -> Double { Percentile.of(seconds, share) * 1e6 }
}
