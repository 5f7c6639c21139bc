public import Foundation
public import Storage

/// The question bank in PostgreSQL. Every write stores the row, its vector and the change in one transaction.
public struct QuestionStore: Sendable {
    private let database: Database
    private let vectors = VectorTable(collection: .questions)

    public init(database: Database) { self.database = database }

    /// Stores a new question. Without a vector it is queued to be embedded, and not found until then.
    /// - Returns: the question and the position of its change in the log.
    /// - Throws: `CatalogError.duplicateQuestion` when the same normalised text is stored already.
    public func create(_ draft: QuestionDraft, vector: StoredVector?) async throws -> (Question, position: Int64) {
        try await database.withTransaction { transaction in
            let rows = try await transaction.query(
                """
                INSERT INTO questions (question_text, content_hash, category, subcategory, difficulty_level,
                    compatible_roles, required_skills, industry_tags, strong_answer, question_metadata, source)
                VALUES (\(draft.questionText), \(draft.contentHash), \(draft.category), \(optional: draft.subcategory),
                    \(draft.difficulty.rawValue), \(draft.compatibleRoles), \(draft.requiredSkills),
                    \(draft.industryTags), \(optional: draft.strongAnswer), \(draft.metadata), \(Question.Source.api.rawValue))
                ON CONFLICT (content_hash) DO NOTHING
                RETURNING \(Question.columns)
                """)
            guard let row = rows.first else { throw try await duplicate(of: draft, in: transaction) }
            let question = try Question(row: row)
            try await vectors.store(vector, of: question.id, textHash: draft.embeddedTextHash, in: transaction)
            let position = try await ChangeLog.append([question.id], to: .questions, in: transaction)
            return (question, position)
        }
    }

    /// The question with this id, archived ones too.
    public func find(_ id: UUID) async throws -> Question? {
        let rows = try await database.query("SELECT \(Question.columns) FROM questions WHERE id = \(id)")
        return try rows.first.map(Question.init(row:))
    }

    /// The questions with these ids that are there, archived ones too.
    public func find(_ ids: [UUID]) async throws -> [UUID: Question] {
        if ids.isEmpty { return [:] }
        let rows = try await database.query("SELECT \(Question.columns) FROM questions WHERE id = ANY(\(ids))")
        return Dictionary(try rows.map(Question.init(row:)).map { ($0.id, $0) }) { first, _ in first }
    }

    /// How many questions are asked.
    public func activeCount() async throws -> Int {
        let rows = try await database.query("SELECT count(*) AS count FROM questions WHERE status = 'active'")
        return Int(try rows.first?.decode("count", as: Int64.self) ?? 0)
    }

    /// A page of questions, newest first (then by id), and how many match in all.
    public func list(_ query: QuestionQuery) async throws -> (page: [Question], total: Int) {
        let matching = query.condition
        let rows = try await database.query(
            """
            SELECT \(Question.columns) FROM questions WHERE \(matching)
            ORDER BY created_at DESC, id LIMIT \(Int64(query.limit)) OFFSET \(Int64(query.offset))
            """)
        let counted = try await database.query("SELECT count(*) AS total FROM questions WHERE \(matching)")
        let total = try counted.first?.decode("total", as: Int64.self) ?? 0
        return (try rows.map(Question.init(row:)), Int(total))
    }

    /// Replaces what a caller may set. Without a vector a new text is queued to be embedded.
    /// - Returns: the question as it is now and the position of its change; nil when there is none with this id.
    /// - Throws: `CatalogError.duplicateQuestion` when another question has the same normalised text.
    public func update(
        _ id: UUID, to draft: QuestionDraft, vector: StoredVector?
    ) async throws -> (Question, position: Int64)? {
        do {
            return try await database.withTransaction { transaction in
                let rows = try await transaction.query(
                    """
                    UPDATE questions SET question_text = \(draft.questionText), content_hash = \(draft.contentHash),
                        category = \(draft.category), subcategory = \(optional: draft.subcategory),
                        difficulty_level = \(draft.difficulty.rawValue), compatible_roles = \(draft.compatibleRoles),
                        required_skills = \(draft.requiredSkills), industry_tags = \(draft.industryTags),
                        strong_answer = \(optional: draft.strongAnswer), question_metadata = \(draft.metadata),
                        updated_at = now()
                    WHERE id = \(id) RETURNING \(Question.columns)
                    """)
                guard let row = rows.first else { return nil }
                let question = try Question(row: row)
                try await vectors.store(vector, of: id, textHash: draft.embeddedTextHash, in: transaction)
                return (question, try await ChangeLog.append([id], to: .questions, in: transaction))
            }
        } catch let error as PostgresError where error.constraint == "questions_content_hash_key" {
            throw try await database.withTransaction { try await duplicate(of: draft, in: $0) }
        }
    }

    /// Removes the question, its vectors and nothing else.
    /// - Returns: the position of its change; nil when there is none with this id.
    /// - Throws: `CatalogError.questionInUse` where sessions name it.
    public func delete(_ id: UUID) async throws -> Int64? {
        do {
            return try await database.withTransaction { transaction in
                let deleted = try await transaction.query("DELETE FROM questions WHERE id = \(id)")
                guard deleted.affected > 0 else { return nil }
                try await vectors.delete(id, in: transaction)
                return try await ChangeLog.append([id], to: .questions, in: transaction)
            }
        } catch let error as PostgresError where error.kind == .foreignKeyViolation {
            throw CatalogError.questionInUse(id)
        }
    }

    /// An archived question keeps its row and its history, and leaves the index.
    /// - Returns: the question as it is now and the position of its change; nil when there is none with this id.
    public func setStatus(_ status: Question.Status, of id: UUID) async throws -> (Question, position: Int64)? {
        try await database.withTransaction { transaction in
            let rows = try await transaction.query(
                """
                UPDATE questions SET status = \(status.rawValue), updated_at = now()
                WHERE id = \(id) RETURNING \(Question.columns)
                """)
            guard let row = rows.first else { return nil }
            return (try Question(row: row), try await ChangeLog.append([id], to: .questions, in: transaction))
        }
    }

    private func duplicate(of draft: QuestionDraft, in transaction: Transaction) async throws -> any Error {
        let rows = try await transaction.query("SELECT id FROM questions WHERE content_hash = \(draft.contentHash)")
        guard let row = rows.first else { return CancellationError() }
        return CatalogError.duplicateQuestion(existing: try row.decode("id", as: UUID.self))
    }
}
