public import Foundation
import Storage

/// A question of a session: one of the bank, or one that the person wrote for this session.
public struct SessionQuestion: Sendable, Equatable, Identifiable {
    public static let ownTextLength = 5...1_000
    /// How many questions one session holds.
    public static let countMax = 100

    public let id: UUID
    public let sessionID: UUID
    /// The question of the bank; nil for the person's own.
    public let questionID: UUID?
    public let text: String
    /// From 1.
    public let order: Int
    /// Why it was chosen.
    public let reason: String?
    public let category: String?
    public let difficulty: Difficulty?
    public let skills: [String]
    public let answerCount: Int
    public let createdAt: Date
}

extension SessionQuestion {
    /// Of `session_questions q` and, where it is one of the bank, `questions b`.
    static let columns: Statement = """
        q.id, q.session_id, q.question_id, coalesce(q.question_text, b.question_text) AS text, q.question_order, \
        q.reason, b.category, b.difficulty_level, b.required_skills, q.answer_count, q.created_at
        """
    static let source: Statement = "session_questions q LEFT JOIN questions b ON b.id = q.question_id"

    init(row: Row) throws {
        id = try row.decode("id", as: UUID.self)
        sessionID = try row.decode("session_id", as: UUID.self)
        questionID = try row.decode("question_id", as: UUID?.self)
        text = try row.decode("text", as: String.self)
        order = Int(try row.decode("question_order", as: Int32.self))
        reason = try row.decode("reason", as: String?.self)
        category = try row.decode("category", as: String?.self)
        let level = try row.decode("difficulty_level", as: String?.self)
        difficulty = level == nil ? nil : try row.choice("difficulty_level")
        skills = try row.decode("required_skills", as: [String]?.self) ?? []
        answerCount = Int(try row.decode("answer_count", as: Int64.self))
        createdAt = try row.decode("created_at", as: Date.self)
    }
}
