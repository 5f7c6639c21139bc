public import Learner

/// A question that may be recommended, with everything but the person that its value depends on.
///
/// Shares outside 0...1 are held, and what is not a number counts as 0.
public struct CoachCandidate: Equatable, Sendable {
    /// The learner model's number of the question.
    public var question: Int32
    public var skills: SkillTags
    /// The label its author gave it; it is named in reasons and counts nowhere: the model's belief of the question began
    /// there and has moved with the answers.
    public var label: DifficultyLabel?
    /// Empty where the question has none; such questions are not held to the limit of one category.
    public var category: String
    /// How much it is practised among the bank's questions, 0...1.
    public var popularity: Double
    /// `QuestionHealth.weight`, 0...1.
    public var health: Double
    /// The cosine to what is known of the person's post, role or interests; nil where nothing is.
    public var similarity: Double?
    /// What the outcomes of similar people and the order in which people practise say, 0...1.
    public var neighbours: Double
    /// The proposals it came from; empty for a candidate that was only in the bank.
    public var proposedBy: CoachSources
    /// A vector of unit length for the likeness of two questions, all of one dimension; empty where there is none.
    public var vector: [Float]

    public init(
        question: Int32, skills: SkillTags, label: DifficultyLabel? = nil, category: String = "",
        popularity: Double = 0, health: Double = 1, similarity: Double? = nil, neighbours: Double = 0,
        proposedBy: CoachSources = [], vector: [Float] = []
    ) {
        self.question = question
        self.skills = skills
        self.label = label
        self.category = category
        self.popularity = popularity
        self.health = health
        self.similarity = similarity
        self.neighbours = neighbours
        self.proposedBy = proposedBy
        self.vector = vector
    }
}
