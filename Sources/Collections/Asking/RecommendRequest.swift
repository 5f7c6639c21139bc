public import Foundation

/// What to look for by examples of what is wanted and what is not.
public struct RecommendRequest: Sendable, Hashable {
    public static let examplesMax = 100

    public enum Example: Sendable, Hashable {
        /// A point of the collection. It is not among the hits.
        case id(UUID)
        /// Finite, not all zero, of the collection's dimension; only its direction counts.
        case vector([Float])
    }

    /// How examples become scores. All vectors have length one.
    public enum Strategy: String, Sendable, CaseIterable {
        /// The cosine with one vector: twice the average of the positives less the average of the negatives, or the
        /// average of the positives where there are no negatives. Needs a positive.
        case averageVector
        /// With p, the greatest cosine with a positive, and n, the greatest with a negative: p where p ≥ n; otherwise
        /// p − 1 − n, which is below -1, so that points nearer to a negative come last. Without positives −n, without
        /// negatives p. Fits examples that have little in common, as it looks at each by itself.
        case bestScore
    }

    /// Positives and negatives together: at most 100.
    public var positives: [Example]
    public var negatives: [Example]
    public var strategy: Strategy
    public var filter: Filter?
    /// 1...1000
    public var limit: Int
    /// Hits with a lower score are left out. Finite.
    public var scoreThreshold: Float?
    public var payload: PayloadSelection
    /// Whether hits carry their vectors.
    public var withVector: Bool
    /// Compares in full precision from the start, with no bounds and no index in between.
    public var exact: Bool

    public init(
        positives: [Example], negatives: [Example] = [], strategy: Strategy = .averageVector, filter: Filter? = nil,
        limit: Int = 10, scoreThreshold: Float? = nil, payload: PayloadSelection = .all, withVector: Bool = false,
        exact: Bool = false
    ) {
        self.positives = positives
        self.negatives = negatives
        self.strategy = strategy
        self.filter = filter
        self.limit = limit
        self.scoreThreshold = scoreThreshold
        self.payload = payload
        self.withVector = withVector
        self.exact = exact
    }
}

/// The answer to a search by examples.
public struct RecommendResult: Sendable {
    /// Highest score first; of equal scores the lower id first. Never an example.
    public let hits: [Hit]
    /// Points that satisfy the filter, without the examples.
    public let matchingCount: Int
    /// Every change up to it is in the answer.
    public let appliedPosition: Position
}
