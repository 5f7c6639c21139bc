/// Settings of a collection, under the names that operators of vector databases know.
public struct CollectionParameters: Sendable, Equatable {
    /// Segments of about one size that are merged into one when there are this many; 2...64.
    public var segmentsPerTier: Int
    /// A segment with more than this share of deleted points is rewritten at the next change; 0.05...0.95.
    public var deletedShareMax: Double

    public init(segmentsPerTier: Int = 8, deletedShareMax: Double = 0.2) {
        precondition((2...64).contains(segmentsPerTier) && (0.05...0.95).contains(deletedShareMax))
        self.segmentsPerTier = segmentsPerTier
        self.deletedShareMax = deletedShareMax
    }
}
