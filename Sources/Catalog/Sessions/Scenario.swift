import Storage

/// A practice set that ships with the program: what it is about, and for whom.
public struct Scenario: Sendable, Equatable, Identifiable {
    /// Small letters, digits and underscores, such as `backend_foundations`.
    public let id: String
    public let title: String
    public let description: String
    /// A role's key or title.
    public let role: String
    public let difficulty: Difficulty
    /// The skills that its questions are chosen by, the most important first.
    public let focusSkills: [String]
    /// How many questions a session of it has.
    public let questionCount: Int

    public init(
        id: String, title: String, description: String, role: String, difficulty: Difficulty, focusSkills: [String],
        questionCount: Int
    ) {
        self.id = id
        self.title = title
        self.description = description
        self.role = role
        self.difficulty = difficulty
        self.focusSkills = focusSkills
        self.questionCount = questionCount
    }
}

extension Scenario {
    static let columns: Statement = "id, title, description, role, difficulty_level, focus_skills, question_count"

    init(row: Row) throws {
        self.init(
            id: try row.decode("id", as: String.self), title: try row.decode("title", as: String.self),
            description: try row.decode("description", as: String.self),
            role: try row.decode("role", as: String.self), difficulty: try row.choice("difficulty_level"),
            focusSkills: try row.decode("focus_skills", as: [String].self),
            questionCount: Int(try row.decode("question_count", as: Int32.self)))
    }
}
