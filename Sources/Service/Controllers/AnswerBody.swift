import Catalog
import Foundation
import Storage

/// An answer, as callers see it.
struct AnswerBody: Encodable {
    /// The session after a write.
    struct SessionState: Encodable {
        let id: String
        let status: String
        let totalQuestions: Int
        let completedQuestions: Int
        let averageScore: Double?
    }

    let id: String
    let userId: String
    let sessionId: String
    let sessionQuestionId: String
    let questionId: String?
    let answerText: String
    /// 0..100
    let score: Double?
    /// The scores that `score` is the mean of, as they came.
    let rubric: JSONValue?
    let analysisResult: JSONValue?
    let audioFileId: String?
    let answeredAt: Date
    let createdAt: Date
    let updatedAt: Date?
    let session: SessionState?
    let indexed: Bool?
    let position: Int64?

    init(_ answer: Answer, written: AnswerStore.Written? = nil, isIndexed: Bool? = nil) throws {
        id = answer.id.uuidString.lowercased()
        userId = answer.userID.uuidString.lowercased()
        sessionId = answer.sessionID.uuidString.lowercased()
        sessionQuestionId = answer.sessionQuestionID.uuidString.lowercased()
        questionId = answer.questionID?.uuidString.lowercased()
        answerText = answer.draft.text
        score = answer.draft.score?.points
        rubric = try answer.draft.rubric.map { try JSONValue(parsing: $0.text) }
        analysisResult = try answer.draft.analysisResult.map { try JSONValue(parsing: $0.text) }
        audioFileId = answer.draft.audioFileID
        answeredAt = answer.answeredAt
        createdAt = answer.createdAt
        updatedAt = answer.updatedAt
        session = written.map { written in
            SessionState(
                id: written.session.id.uuidString.lowercased(), status: written.session.status.rawValue,
                totalQuestions: written.session.totalQuestions,
                completedQuestions: written.session.completedQuestions, averageScore: written.session.averageScore)
        }
        indexed = isIndexed
        position = written?.position
    }

    init(_ written: AnswerStore.Written, isIndexed: Bool?) throws {
        try self.init(written.answer, written: written, isIndexed: isIndexed)
    }
}

/// An answer as callers give it.
struct AnswerFields {
    let key: String?
    let session: UUID?
    private let fields: [String: JSONValue]

    /// - Throws: `ValidationError`
    init(_ fields: [String: JSONValue]) throws {
        self.fields = fields
        key = try Self.text("client_key", fields)
        let session = try Self.text("session_id", fields)
        self.session = try session.map { text in
            guard let id = UUID(uuidString: text) else {
                throw ValidationError(
                    FieldIssue(
                        type: "uuid_parsing", field: "session_id", message: "Input should be a valid UUID", input: text)
                )
            }
            return id
        }
    }

    /// A new answer.
    func draft() throws -> AnswerDraft {
        guard let text = try Self.text("answer_text", fields) else {
            throw ValidationError(FieldIssue(type: "missing", field: "answer_text", message: "Field required"))
        }
        let (score, rubric) = try scores() ?? (nil, nil)
        return try AnswerDraft(
            text: text, score: score, rubric: rubric, analysisResult: try analysis() ?? nil,
            audioFileID: try Self.text("audio_file_id", fields), answeredAt: try answeredAt())
    }

    /// The present answer with what the fields change. When it was given stays.
    func draft(over present: Answer) throws -> AnswerDraft {
        let given = present.draft
        let text = fields["answer_text"] == nil ? given.text : try Self.text("answer_text", fields) ?? ""
        let (score, rubric) = try scores() ?? (given.score, given.rubric)
        return try AnswerDraft(
            text: text, score: score, rubric: rubric, analysisResult: try analysis() ?? given.analysisResult,
            audioFileID: fields["audio_file_id"] == nil ? given.audioFileID : try Self.text("audio_file_id", fields))
    }

    /// nil where there is no score; a pair of nil where it is to go.
    private func scores() throws -> (AnswerScore?, JSONText?)? {
        let scale: Int
        switch fields["score_scale"] {
        case nil, .null: scale = 100
        case .integer(let number): scale = number
        default: throw Self.typeIssue("score_scale", "10 or 100")
        }
        switch fields["score"] {
        case nil: return nil
        case .null: return (nil, nil)
        case .integer(let number): return (try AnswerScore(Double(number), scale: scale), nil)
        case .number(let number): return (try AnswerScore(number, scale: scale), nil)
        case .object(let rubric):
            let numbers = try rubric.mapValues { value in
                switch value {
                case .integer(let number): Double(number)
                case .number(let number): number
                default: throw Self.typeIssue("score", "a number, or an object of numbers")
                }
            }
            return (try AnswerScore(rubric: numbers, scale: scale), JSONText(try JSONValue.object(rubric).text()))
        default: throw Self.typeIssue("score", "a number, or an object of numbers")
        }
    }

    /// nil where there is none; a nil within where it is to go.
    private func analysis() throws -> JSONText?? {
        switch fields["analysis_result"] {
        case nil: nil
        case .null: .some(nil)
        case .some(let value): JSONText(try value.text())
        }
    }

    private func answeredAt() throws -> Date? {
        guard let text = try Self.text("answered_at", fields) else { return nil }
        for style in [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)] {
            do { return try style.parse(text) } catch { continue }
        }
        let message = "Input should be a date and time such as 2026-01-31T00:00:00Z"
        throw ValidationError(FieldIssue(type: "datetime", field: "answered_at", message: message, input: text))
    }

    private static func text(_ name: String, _ fields: [String: JSONValue]) throws -> String? {
        switch fields[name] {
        case nil, .null: return nil
        case .string(let text): return text
        default: throw typeIssue(name, "a string")
        }
    }

    private static func typeIssue(_ name: String, _ allowed: String) -> ValidationError {
        ValidationError(FieldIssue(type: "type_error", field: name, message: "Input should be \(allowed)"))
    }
}
