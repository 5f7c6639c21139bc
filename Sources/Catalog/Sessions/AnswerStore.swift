public import Foundation
public import Storage

/// Answers in PostgreSQL. Each write is one transaction over everything that it changes: the answer, its vector, every
/// figure, the learner's state, the change log.
public struct AnswerStore: Sendable {
    /// How many answers one question of a session takes.
    public static let perQuestionMax = 100
    public static let keyLengthMax = 200

    /// What a write came to.
    public struct Written: Sendable {
        public let answer: Answer
        /// The session as it is now.
        public let session: Session
        public let position: Int64
        /// Whether the caller's key had made it before, so that nothing was written now.
        public let isRepeat: Bool
    }

    let database: Database
    let learning: AnswerLearning
    let vectors = VectorTable(collection: .answers)

    public init(database: Database, learning: AnswerLearning) {
        self.database = database
        self.learning = learning
    }

    // MARK: Reading

    public func find(_ id: UUID, for scope: PersonScope) async throws -> Answer? {
        try await database.withTransaction(for: scope, readOnly: true) { try await Self.find(id, in: $0) }
    }

    /// The answers to a question, by its id in a session or in the bank; the oldest first, and how many there are.
    /// - Parameter person: whose; nil for everybody's.
    public func list(
        question: UUID, of person: UUID?, limit: Int, offset: Int
    ) async throws -> (page: [Answer], total: Int) {
        let whose: Statement = person.map { "user_id = \($0) AND" } ?? ""
        let matching: Statement = "\(whose) (session_question_id = \(question) OR question_id = \(question))"
        let scope = person.map(PersonScope.person) ?? .everybody
        return try await database.withTransaction(for: scope, readOnly: true) { transaction in
            let rows = try await transaction.query(
                """
                SELECT \(Answer.columns) FROM answers WHERE \(matching)
                ORDER BY created_at, id LIMIT \(Int64(limit)) OFFSET \(Int64(offset))
                """)
            let counted = try await transaction.query("SELECT count(*) AS total FROM answers WHERE \(matching)")
            let total = try counted.first?.decode("total", as: Int64.self) ?? 0
            return (try rows.map(Answer.init(row:)), Int(total))
        }
    }

    /// What a caller's key made before.
    /// - Throws: `CatalogError.keyReused` where it was another request; `.notFound` where the answer is gone.
    public func repeated(_ request: AnswerRequest) async throws -> Written? {
        try await database.withTransaction(for: .person(request.person), readOnly: true) { transaction in
            try await repeated(request, in: transaction)
        }
    }

    // MARK: Writing

    /// Stores an answer. Without a vector its text is queued to be embedded.
    /// - Throws: `CatalogError` `.notFound` where session or question is gone, `.sessionClosed`, `.tooMany`, `.keyReused`.
    public func record(_ request: AnswerRequest, vector: StoredVector?) async throws -> Written {
        try await PersonWrite.run(request.person, in: database) { transaction in
            if let before = try await repeated(request, in: transaction) { return before }
            let question = try await openQuestion(request, in: transaction)
            var answer = try await insert(request, AnswerTopics(question), bankID: question.questionID, in: transaction)
            if let key = request.key {
                try await transaction.query(
                    """
                    INSERT INTO answer_keys (user_id, client_key, request_hash, answer_id)
                    VALUES (\(request.person), \(key), \(request.hash), \(answer.id))
                    """)
            }
            let session = try await AnswerFigures(transaction: transaction).apply(
                [(nil, answer)], person: request.person, session: question.sessionID)
            try await vectors.store(
                vector, of: answer.id, textHash: request.draft.embeddedTextHash, in: transaction)
            answer = try await learn(answer, in: transaction)
            let position = try await ChangeLog.append([answer.id], to: .answers, in: transaction)
            return Written(answer: answer, session: session, position: position, isRepeat: false)
        }
    }

    /// Changes an answer.
    /// - Parameter merge: makes the new content of the present one; it may run several times.
    /// - Returns: nil where the person has no such answer.
    public func edit(
        _ id: UUID, of person: UUID, vector: StoredVector?, _ merge: @Sendable (Answer) throws -> AnswerDraft
    ) async throws -> Written? {
        try await PersonWrite.run(person, in: database) { transaction in
            guard let old = try await Self.find(id, in: transaction), old.userID == person else { return nil }
            let draft = try merge(old)
            let rows = try await transaction.query(
                """
                UPDATE answers SET answer_text = \(draft.text),
                    score = \(optional: draft.score.map { Int64($0.hundredths) })::numeric / 100,
                    rubric = \(optional: draft.rubric), analysis_result = \(optional: draft.analysisResult),
                    audio_file_id = \(optional: draft.audioFileID), updated_at = now()
                WHERE id = \(id) AND created_at = \(old.createdAt) RETURNING \(Answer.columns)
                """)
            guard let row = rows.first else { return nil }
            var answer = try Answer(row: row)
            let session = try await AnswerFigures(transaction: transaction).apply(
                [(old, answer)], person: person, session: old.sessionID)
            // The text may have changed since the vector was made.
            let fitting = vector?.contentHash == draft.embeddedTextHash ? vector : nil
            try await vectors.store(fitting, of: id, textHash: draft.embeddedTextHash, in: transaction)
            if old.draft.score != answer.draft.score, old.questionID != nil {
                if old.learnedSequence == nil { answer = try await learn(answer, in: transaction) }
                try await learning.review(person, transaction)
            }
            let position = try await ChangeLog.append([id], to: .answers, in: transaction)
            return Written(answer: answer, session: session, position: position, isRepeat: false)
        }
    }

    /// Removes an answer, its vectors and what it counted for.
    /// - Returns: the position of its change; nil where the person has no such answer.
    public func delete(_ id: UUID, of person: UUID) async throws -> Int64? {
        try await PersonWrite.run(person, in: database) { transaction in
            guard let old = try await Self.find(id, in: transaction), old.userID == person else { return nil }
            try await ErasureLedger.append(.answer, id, in: transaction)
            return try await remove([old], of: person, session: old.sessionID, in: transaction)
        }
    }

    /// Makes what the learner knows of a person anew from their answers.
    public func review(_ person: UUID) async throws {
        try await PersonWrite.run(person, in: database) { try await learning.review(person, $0) }
    }

    // MARK: Parts

    static func find(_ id: UUID, in transaction: Transaction) async throws -> Answer? {
        try await transaction.query("SELECT \(Answer.columns) FROM answers WHERE id = \(id)").first
            .map(Answer.init(row:))
    }

    /// Removes answers of one session.
    /// - Returns: the position of the change; nil where there was nothing to remove.
    func remove(
        _ answers: [Answer], of person: UUID, session: UUID, in transaction: Transaction
    ) async throws -> Int64? {
        if answers.isEmpty { return nil }
        let ids = answers.map(\.id)
        try await transaction.query("DELETE FROM answers WHERE id = ANY(\(ids))")
        _ = try await AnswerFigures(transaction: transaction).apply(
            answers.map { ($0, nil) }, person: person, session: session)
        for id in ids { try await vectors.delete(id, in: transaction) }
        if answers.contains(where: { $0.learnedSequence != nil }) { try await learning.review(person, transaction) }
        return try await ChangeLog.append(ids, to: .answers, in: transaction)
    }

    private func learn(_ answer: Answer, in transaction: Transaction) async throws -> Answer {
        guard answer.questionID != nil, answer.draft.score != nil,
            let sequence = try await learning.learn(answer, transaction)
        else { return answer }
        let rows = try await transaction.query(
            """
            UPDATE answers SET learned_sequence = \(sequence)
            WHERE id = \(answer.id) AND created_at = \(answer.createdAt) RETURNING \(Answer.columns)
            """)
        return try rows.first.map(Answer.init(row:)) ?? answer
    }

    /// The question, if its session takes answers.
    private func openQuestion(
        _ request: AnswerRequest, in transaction: Transaction
    ) async throws -> SessionQuestion {
        let found = try await transaction.query(
            "SELECT \(SessionQuestion.columns) FROM \(SessionQuestion.source) WHERE q.id = \(request.question)")
        guard let question = try found.first.map(SessionQuestion.init(row:)) else {
            throw CatalogError.notFound(kind: "question", id: request.question)
        }
        let sessions = try await transaction.query(
            """
            SELECT \(Session.columns) FROM interview_sessions s
            WHERE s.id = \(question.sessionID) AND s.user_id = \(request.person) FOR NO KEY UPDATE
            """)
        guard let session = try sessions.first.map(Session.init(row:)) else {
            throw CatalogError.notFound(kind: "question", id: request.question)
        }
        if session.isClosed { throw CatalogError.sessionClosed(session.id, status: session.status.rawValue) }
        if question.answerCount >= Self.perQuestionMax {
            throw CatalogError.tooMany(kind: "answers of a question", max: Self.perQuestionMax)
        }
        return question
    }

    private func insert(
        _ request: AnswerRequest, _ topics: AnswerTopics, bankID: UUID?, in transaction: Transaction
    ) async throws -> Answer {
        let draft = request.draft
        let rows = try await transaction.query(
            """
            WITH numbered AS (
                UPDATE learner_people SET last_number = last_number + 1 WHERE user_id = \(request.person)
                RETURNING last_number
            )
            INSERT INTO answers (user_id, session_id, session_question_id, question_id, number, answer_text, score,
                rubric, analysis_result, audio_file_id, category, difficulty_level, skills, answered_at)
            SELECT \(request.person), q.session_id, q.id, \(optional: bankID), last_number, \(draft.text),
                \(optional: draft.score.map { Int64($0.hundredths) })::numeric / 100, \(optional: draft.rubric),
                \(optional: draft.analysisResult), \(optional: draft.audioFileID), \(topics.category),
                \(optional: topics.difficulty?.rawValue), \(topics.skills), coalesce(\(optional: draft.answeredAt), now())
            FROM numbered, session_questions q WHERE q.id = \(request.question)
            RETURNING \(Answer.columns)
            """)
        guard let row = rows.first else { throw CatalogError.notFound(kind: "question", id: request.question) }
        return try Answer(row: row)
    }

    private func repeated(_ request: AnswerRequest, in transaction: Transaction) async throws -> Written? {
        guard let key = request.key else { return nil }
        let rows = try await transaction.query(
            """
            SELECT answer_id, request_hash FROM answer_keys
            WHERE user_id = \(request.person) AND client_key = \(key)
            """)
        guard let row = rows.first else { return nil }
        guard try row.decode("request_hash", as: [UInt8].self) == request.hash else {
            throw CatalogError.keyReused(key)
        }
        let id = try row.decode("answer_id", as: UUID.self)
        guard let answer = try await Self.find(id, in: transaction),
            let session = try await SessionStore.find(answer.sessionID, in: transaction)
        else { throw CatalogError.notFound(kind: "answer", id: id) }
        let head = try await ChangeLog(database: database).head(of: .answers, in: transaction)
        return Written(answer: answer, session: session, position: head, isRepeat: true)
    }
}
