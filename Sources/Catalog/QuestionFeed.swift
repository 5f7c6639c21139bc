public import Foundation
public import Storage

/// An item of the questions collection, as the vector engine holds it.
public struct IndexedQuestion: Sendable {
    public let question: Question
    public let vector: [Float]
}

/// Reads what the vector engine follows: active questions with their vectors in one model.
public struct QuestionFeed: Sendable {
    private let database: Database
    private let modelID: Int

    public init(database: Database, modelID: Int) {
        self.database = database
        self.modelID = modelID
    }

    /// Questions after `cursor`, by id, at most `limit`.
    public func page(after cursor: UUID?, limit: Int) async throws -> [IndexedQuestion] {
        let beyond: Statement = cursor.map { "id > \($0)" } ?? "true"
        return try await read("\(beyond) ORDER BY id LIMIT \(Int64(limit))")
    }

    /// Those of `items` that are to be found in the index now; the others are gone from it.
    public func present(_ items: [UUID]) async throws -> [IndexedQuestion] {
        try await read("id = ANY(\(items))")
    }

    /// Active questions that have no vector in this model, or one of an older text; at most `limit`.
    public func missingVectors(limit: Int) async throws -> [Question] {
        let rows = try await database.query(
            """
            SELECT \(Question.columns) FROM questions
            WHERE NOT EXISTS (
                SELECT FROM vectors v WHERE v.collection = 'questions' AND v.item_id = questions.id
                    AND v.model_id = \(Int32(modelID))
                    AND v.content_hash = sha256(convert_to(questions.question_text, 'UTF8')))
            ORDER BY id LIMIT \(Int64(limit))
            """)
        return try rows.map(Question.init(row:))
    }

    private func read(_ condition: Statement) async throws -> [IndexedQuestion] {
        let rows = try await database.query(
            """
            SELECT \(Question.columns), embedding FROM questions
            JOIN vectors v ON v.collection = 'questions' AND v.item_id = id AND v.model_id = \(Int32(modelID))
            WHERE status = 'active' AND \(condition)
            """)
        return try rows.map { row in
            let embedding = try row.decode("embedding", as: [UInt8].self)
            return IndexedQuestion(question: try Question(row: row), vector: StoredVector.values(of: embedding))
        }
    }
}
