public import Foundation
import Storage

/// An interview or a practice run of one person.
public struct Session: Sendable, Equatable, Identifiable {
    public enum Mode: String, Sendable, CaseIterable, Codable { case practice, interview }

    /// `completed` comes by itself with the last question's answer; the person may set any of them.
    public enum Status: String, Sendable, CaseIterable, Codable { case active, paused, completed, abandoned }

    /// What its questions were chosen by.
    public enum QuestionSource: String, Sendable, CaseIterable, Codable {
        case jobDescription = "job_description"
        case scenario, role
    }

    public let id: UUID
    public let userID: UUID
    public let draft: SessionDraft
    public let questionSource: QuestionSource
    public let status: Status
    /// Whether the person ended it, so that it takes no more answers until its status is set to active.
    public let isClosed: Bool
    public let totalQuestions: Int
    /// Questions with an answer.
    public let completedQuestions: Int
    public let answerCount: Int
    /// Over the scored answers, 0..100; nil where there is none.
    public let averageScore: Double?
    public let createdAt: Date
    public let updatedAt: Date?
}

extension Session {
    static let columns: Statement = """
        s.id, s.user_id, s.mode, s.role, s.job_title, s.job_description, s.scenario_id, s.question_source, s.status, \
        s.ended_by IS NOT DISTINCT FROM 'person' AS is_closed, s.total_questions, s.completed_questions, \
        s.answer_count, s.score_sum::float8 / nullif(s.scored_count, 0) AS average_score, s.created_at, s.updated_at
        """

    init(row: Row) throws {
        id = try row.decode("id", as: UUID.self)
        userID = try row.decode("user_id", as: UUID.self)
        draft = SessionDraft(
            unchecked: try row.choice("mode"), role: try row.decode("role", as: String.self),
            jobTitle: try row.decode("job_title", as: String?.self),
            jobDescription: try row.decode("job_description", as: String?.self),
            scenarioID: try row.decode("scenario_id", as: String?.self))
        questionSource = try row.choice("question_source")
        status = try row.choice("status")
        isClosed = try row.decode("is_closed", as: Bool.self)
        totalQuestions = Int(try row.decode("total_questions", as: Int32.self))
        completedQuestions = Int(try row.decode("completed_questions", as: Int32.self))
        answerCount = Int(try row.decode("answer_count", as: Int64.self))
        averageScore = try row.decode("average_score", as: Double?.self)
        createdAt = try row.decode("created_at", as: Date.self)
        updatedAt = try row.decode("updated_at", as: Date?.self)
    }
}
