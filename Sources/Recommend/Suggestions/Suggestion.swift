public import Catalog
public import Foundation
public import VectorCollections

/// What a caller wants questions for.
public struct SuggestionRequest: Sendable {
    public static let countRange = 1...20
    /// In Unicode scalars.
    public static let postLengthMax = 50_000
    public static let roleLengthMax = 200

    public let post: String
    public let role: String
    public let difficulty: Difficulty
    public let count: Int

    /// - Parameters:
    ///   - post: nil to read the role alone.
    ///   - counts: how many may be asked for.
    /// - Throws: `ValidationError` that names each field out of its limits.
    public init(
        post: String?, role: String, difficulty: String = "medium", count: Int = 5,
        within counts: ClosedRange<Int> = Self.countRange
    ) throws {
        var check = FieldCheck()
        // The post is kept as it came: the offsets of an explanation count from its first character.
        if let post { _ = check.text(post, "job_description", in: 1...Self.postLengthMax) }
        self.post = post ?? role
        self.role = check.text(role, "role", in: 1...Self.roleLengthMax)
        self.count = check.number(count, "count", in: counts)
        let level: Difficulty? = check.choice(difficulty, "difficulty")
        self.difficulty = level ?? .medium
        try check.finish()
    }
}

/// A suggested question and why it was chosen.
public struct Suggestion: Sendable {
    /// On what ground a question is suggested, the best first.
    public enum Tier: String, Sendable {
        /// It serves something that the post asks for.
        case need
        /// It is asked of the role; the post gave nothing better.
        case role
    }

    /// A need that the question serves.
    public struct Match: Sendable {
        public let need: Need
        public let evidence: Evidence
        /// The sentence of the post that asks for it; nil when only the title does.
        public let sentence: PostSentence?
    }

    public let question: BankQuestion
    /// 0..1; the sum of `parts`.
    public let score: Double
    /// What makes up the score, by name: coverage, role, level, quality and redundancy (zero or less).
    public let parts: [(name: String, value: Double)]
    public let tier: Tier
    /// The needs it serves, the one it was chosen for first.
    public let matches: [Match]
    /// One sentence for a person.
    public let reason: String
}

/// A set of suggestions and how well it covers the post.
public struct SuggestionSet: Sendable {
    /// A need that no suggestion serves.
    public struct Gap: Sendable {
        public let need: Need
        /// Whether the bank has a question that would serve it.
        public let isInBank: Bool
        /// The nearest question of the bank, where there is any.
        public let nearest: BankQuestion?
    }

    /// The best first.
    public let suggestions: [Suggestion]
    public let covered: [Need]
    public let gaps: [Gap]
    public let analysis: PostAnalysis
    /// What a caller should know: why there are fewer questions than asked for, or that the post says little.
    public let notes: [String]
    /// The place in the change log of the questions up to which the bank was known.
    public let position: Position
    /// Of the embedding model by which meanings were compared.
    public let model: String
    /// Questions of an earlier set that was asked for again and that are gone.
    public let missing: [UUID]
}

/// The questions of an earlier set, to be suggested again.
public struct EarlierSet: Sendable, Equatable {
    /// Those chosen for needs, in their order.
    public let forNeeds: [UUID]
    /// Those chosen for the role; they came behind.
    public let forRole: [UUID]

    public init(forNeeds: [UUID], forRole: [UUID]) {
        self.forNeeds = forNeeds
        self.forRole = forRole
    }
}
