public import Learner

/// A recommended question, and all that led to it.
public struct CoachRecommendation: Equatable, Sendable {
    /// Parts of a score; each is at least 0 but for taste, which may be either, and redundancy, which is at most 0.
    public struct Parts: Codable, Equatable, Sendable {
        public var learning = 0.0
        public var weakness = 0.0
        public var due = 0.0
        public var relevance = 0.0
        public var neighbours = 0.0
        public var popularity = 0.0
        public var novelty = 0.0
        public var quality = 0.0
        public var taste = 0.0
        public var redundancy = 0.0

        public init() {}

        /// What the parts add up to.
        public var score: Double {
            let value = learning + weakness + due + relevance
            let others = neighbours + popularity + novelty + quality
            return value + others + taste + redundancy
        }
    }

    /// How far it was necessary to go to fill the list.
    public enum Tier: Int, Codable, Comparable, Sendable {
        /// Within all limits.
        case fitting
        /// Beyond the share of its category or of one of its skills.
        case crowded
        /// Expected to be hopeless or trivial.
        case unfit
        /// In poor health.
        case unhealthy

        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    public var question: Int32
    public var source: CoachSource
    public var parts: Parts
    /// The score as a share of the greatest that a question of one skill can have before taste; held to 0...1.
    public var relevanceScore: Double
    public var reason: String
    /// What is expected of this person's answer to it.
    public var expected: Prediction
    /// The probability that this place fell to this question, given the places before it; above 0. What happens with
    /// questions chosen by chance can be weighed by its inverse (Horvitz and Thompson 1952).
    public var propensity: Double
    public var tier: Tier

    public var score: Double { parts.score }
}
