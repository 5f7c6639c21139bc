public import Learner

/// Whom to recommend what, and what is known of them besides their answers.
public struct CoachRequest: Sendable {
    public var person: PersonState
    /// On the person's clock.
    public var seconds: Double
    /// How many are wanted; 0...50.
    public var count: Int
    /// At most 10,000; of candidates with the same number, the first counts.
    public var candidates: [CoachCandidate]
    public var history: CoachHistory
    public var feedback: CoachFeedback
    /// Of the post, the role or the person's goal; empty where nothing is known.
    public var needs: [SkillNeed]
    public var preferredCategories: Set<String>
    /// The same seed and the rest alike gives the same list.
    public var seed: UInt64
    /// The name of a skill in a reason; nil where it has none.
    public var skillName: @Sendable (Int32) -> String?

    public static let countMax = 50
    public static let candidatesMax = 10_000

    public init(
        person: PersonState, seconds: Double, count: Int = 10, candidates: [CoachCandidate],
        history: CoachHistory = CoachHistory(), feedback: CoachFeedback = CoachFeedback(), needs: [SkillNeed] = [],
        preferredCategories: Set<String> = [], seed: UInt64 = 0,
        skillName: @escaping @Sendable (Int32) -> String? = { _ in nil }
    ) {
        self.person = person
        self.seconds = seconds
        self.count = count
        self.candidates = candidates
        self.history = history
        self.feedback = feedback
        self.needs = needs
        self.preferredCategories = preferredCategories
        self.seed = seed
        self.skillName = skillName
    }
}
