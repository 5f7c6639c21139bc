public import Foundation
public import Storage

/// An answer to a question of a session, as stored.
public struct Answer: Sendable, Equatable, Identifiable {
    public let id: UUID
    public let userID: UUID
    public let sessionID: UUID
    public let sessionQuestionID: UUID
    /// The question of the bank; nil for one of the person's own.
    public let questionID: UUID?
    /// Counts the person's answers, from 1.
    public let number: Int
    public let draft: AnswerDraft
    /// What figures are kept by: the question's when it was answered.
    public let topics: AnswerTopics
    /// When it was given.
    public let answeredAt: Date
    /// The place in the learner's log; nil where the learner did not hear of it.
    public let learnedSequence: Int64?
    public let createdAt: Date
    public let updatedAt: Date?
}

/// What an answer counts for in a person's figures.
public struct AnswerTopics: Sendable, Equatable {
    /// The category of answers to people's own questions.
    public static let ownCategory = "own"
    public static let skillsMax = 8

    public let category: String
    public let difficulty: Difficulty?
    public let skills: [String]

    init(category: String, difficulty: Difficulty?, skills: [String]) {
        self.category = category
        self.difficulty = difficulty
        self.skills = Array(skills.prefix(Self.skillsMax))
    }

    init(_ question: SessionQuestion) {
        self.init(
            category: question.category ?? Self.ownCategory, difficulty: question.difficulty, skills: question.skills)
    }

    /// Each with its kind, as in `user_performance`; a skill that stands twice counts once.
    var rows: [(kind: String, name: String)] {
        var rows = [(kind: "category", name: category)]
        if let difficulty { rows.append((kind: "difficulty", name: difficulty.rawValue)) }
        var seen: Set<String> = []
        for skill in skills where seen.insert(skill).inserted { rows.append((kind: "skill", name: skill)) }
        return rows
    }
}

extension Answer: CatalogItem {
    public static let collection = CollectionName.answers
    public static let table: Statement = "answers"
    public static let textColumn: Statement = "answer_text"
    public static let isIndexed: Statement = "true"
    public static let columns: Statement = """
        id, user_id, session_id, session_question_id, question_id, number, answer_text, \
        (score * 100)::int8 AS score_hundredths, rubric, analysis_result, audio_file_id, category, difficulty_level, \
        skills, answered_at, learned_sequence, created_at, updated_at
        """

    public var embeddedText: String { draft.text }

    public init(row: Row) throws {
        id = try row.decode("id", as: UUID.self)
        userID = try row.decode("user_id", as: UUID.self)
        sessionID = try row.decode("session_id", as: UUID.self)
        sessionQuestionID = try row.decode("session_question_id", as: UUID.self)
        questionID = try row.decode("question_id", as: UUID?.self)
        number = Int(try row.decode("number", as: Int32.self))
        answeredAt = try row.decode("answered_at", as: Date.self)
        draft = AnswerDraft(
            unchecked: try row.decode("answer_text", as: String.self),
            score: try row.decode("score_hundredths", as: Int64?.self).map { AnswerScore(hundredths: Int($0)) },
            rubric: try row.decode("rubric", as: JSONText?.self),
            analysisResult: try row.decode("analysis_result", as: JSONText?.self),
            audioFileID: try row.decode("audio_file_id", as: String?.self), answeredAt: answeredAt)
        let level = try row.decode("difficulty_level", as: String?.self)
        topics = AnswerTopics(
            category: try row.decode("category", as: String.self),
            difficulty: level == nil ? nil : try row.choice("difficulty_level"),
            skills: try row.decode("skills", as: [String].self))
        learnedSequence = try row.decode("learned_sequence", as: Int64?.self)
        createdAt = try row.decode("created_at", as: Date.self)
        updatedAt = try row.decode("updated_at", as: Date?.self)
    }
}
