public import Foundation

/// A question of the index, as suggestions see it.
public struct BankQuestion: Sendable, Equatable, Identifiable {
    public let id: UUID
    public let text: String
    public let category: String
    public let subcategory: String?
    public let difficulty: String
    public let roles: [String]
    public let skills: [String]
    public let usageCount: Int
    /// 0..1; nil until somebody answered.
    public let successRate: Double?
    /// Whether the skills were found in its words, not given.
    public var areSkillsInferred = false
}

/// A question that may be suggested, with what speaks for it.
struct Candidate: Sendable {
    let question: BankQuestion
    /// Unit length; for the likeness of two questions.
    let vector: [Float]
    /// How well it serves needs, 0..1 by the need's place in the analysis; only those it serves.
    var evidence: [Int: Evidence]
    /// 0..1
    let roleFit: Double
    /// 0..1
    let levelFit: Double
    /// 0..1
    let quality: Double
}

/// What shows that a question serves a need.
public struct Evidence: Sendable, Equatable {
    /// How near the question's skills are to the need, 0..1; 1 when the very skill is among them.
    public let tag: Double
    /// The skill of the question that is near; nil where only the meaning is.
    public let skill: String?
    /// Cosine of the question and the need.
    public let similarity: Double

    /// How far the question is about the need rather than about a commoner skill that it names too, and how far the bank's
    /// questions with the need's skill are a topic, 0..1.
    var focus = 1.0

    /// Below this cosine a question without a fitting skill does not serve a skill for certain.
    static let directSimilarityMin = 0.6
    /// The cosine of a question and the name of what it is all about.
    private static let fullSimilarity = 0.6

    /// Whether the question is about the need itself, not about something near it.
    public var isDirect: Bool { tag == 1 || tag == 0 && similarity >= Self.directSimilarityMin }

    /// What all say together, 0..1. Among questions with the same skill those near it in meaning are more about it.
    public var strength: Double {
        let meaning = min(1, max(0, similarity / Self.fullSimilarity))
        return tag > 0 ? tag * (0.2 + 0.8 * meaning) * focus : 0.6 * meaning
    }
}
