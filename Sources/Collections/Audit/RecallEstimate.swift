/// How much of the true answers the walks through graphs find, judged by a sample of the searches answered last.
public struct RecallEstimate: Sendable, Equatable {
    /// The limits of the searches it is of: 1, 2...10, 11...100 or 101...1000.
    public let k: ClosedRange<Int>
    /// The mean over the searches of the share they found of the true best. 0...1
    public let recall: Double
    /// With 95 % confidence the recall of all searches is not lower; see `RecallInterval`.
    public let lower: Double
    /// With 95 % confidence the recall of all searches is not higher.
    public let upper: Double
    /// Searches it rests on, 1...1000: those audited last.
    public let queries: Int

    init(_ bucket: RecallBucket, recall: Double, queries: Int) {
        let interval = RecallInterval(mean: recall, count: queries)
        k = bucket.limits
        self.recall = recall
        lower = interval.lower
        upper = interval.upper
        self.queries = queries
    }
}
