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

    /// What both say together, 0..1. A tag was set by a person who read the question; likeness of texts alone, below
    /// about 0.3, means nothing for this kind of model.
    public var strength: Double {
        let meaning = min(1, max(0, (similarity - 0.25) / 0.5))
        return tag > 0 ? min(1, 0.7 * tag + 0.3 * meaning) : 0.5 * meaning
    }
}
