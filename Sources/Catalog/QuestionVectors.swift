import Foundation
public import Storage

/// Gives stored questions the vectors they lack, for the start with a new model or after a change by hand.
public struct QuestionVectors: Sendable {
    private let database: Database

    public init(database: Database) { self.database = database }

    /// Stores vectors for questions in the same order. A question whose text changed meanwhile is left alone.
    public func add(_ vectors: [StoredVector], to questions: [Question]) async throws {
        precondition(vectors.count == questions.count)
        guard let first = vectors.first else { return }
        let ids = questions.map(\.id)
        try await database.withTransaction { transaction in
            let added = try await transaction.query(
                """
                INSERT INTO vectors (collection, item_id, model_id, content_hash, embedding)
                SELECT 'questions', item.id, \(Int32(first.modelID)), item.hash, item.embedding
                FROM unnest(\(ids), \(vectors.map(\.contentHash)), \(vectors.map(\.bytes))) AS item (id, hash, embedding)
                JOIN questions q ON q.id = item.id AND sha256(convert_to(q.question_text, 'UTF8')) = item.hash
                ON CONFLICT (collection, model_id, item_id)
                DO UPDATE SET content_hash = EXCLUDED.content_hash, embedding = EXCLUDED.embedding
                """)
            guard added.affected > 0 else { return }
            try await ChangeLog.append(ids, to: .questions, in: transaction)
        }
    }
}
