public import Foundation
public import Storage

/// Sessions in PostgreSQL.
public struct SessionStore: Sendable {
    /// A question of the bank that a session is made with.
    public struct Chosen: Sendable, Equatable {
        public let question: UUID
        public let reason: String?

        public init(question: UUID, reason: String?) {
            self.question = question
            self.reason = reason
        }
    }

    /// How much a person did.
    public struct Totals: Sendable, Equatable {
        public let sessions: Int
        public let questions: Int
        public let answers: Int
        /// Over the scored answers, 0..100; nil where there is none.
        public let averageScore: Double?
    }

    private let database: Database
    private let answers: AnswerStore

    public init(database: Database, answers: AnswerStore) {
        self.database = database
        self.answers = answers
    }

    // MARK: Reading

    public func find(_ id: UUID, for scope: PersonScope) async throws -> Session? {
        try await database.withTransaction(for: scope, readOnly: true) { try await Self.find(id, in: $0) }
    }

    /// A person's sessions, newest first (then by id), and how many there are.
    public func list(of person: UUID, limit: Int, offset: Int) async throws -> (page: [Session], total: Int) {
        try await database.withTransaction(for: .person(person), readOnly: true) { transaction in
            let rows = try await transaction.query(
                """
                SELECT \(Session.columns) FROM interview_sessions s WHERE s.user_id = \(person)
                ORDER BY s.created_at DESC, s.id LIMIT \(Int64(limit)) OFFSET \(Int64(offset))
                """)
            let counted = try await transaction.query(
                "SELECT count(*) AS total FROM interview_sessions WHERE user_id = \(person)")
            let total = try counted.first?.decode("total", as: Int64.self) ?? 0
            return (try rows.map(Session.init(row:)), Int(total))
        }
    }

    /// The questions of a session, in order.
    public func questions(of session: UUID) async throws -> [SessionQuestion] {
        try await database.query(
            """
            SELECT \(SessionQuestion.columns) FROM \(SessionQuestion.source)
            WHERE q.session_id = \(session) ORDER BY q.question_order
            """
        ).map(SessionQuestion.init(row:))
    }

    /// The question of a session that somebody means by an id: its id in the session, or that in the bank, in the person's
    /// latest session that has it and takes answers.
    /// - Parameters:
    ///   - session: only in this session.
    ///   - everybodys: whether an id in a session may be of anybody's.
    public func question(
        _ id: UUID, of person: UUID, session: UUID? = nil, everybodys: Bool = false
    ) async throws -> (SessionQuestion, owner: UUID)? {
        let within: Statement = session.map { "AND s.id = \($0)" } ?? ""
        let scope: PersonScope = everybodys ? .everybody : .person(person)
        return try await database.withTransaction(for: scope, readOnly: true) { transaction in
            let rows = try await transaction.query(
                """
                SELECT \(SessionQuestion.columns), s.user_id AS owner_id
                FROM \(SessionQuestion.source) JOIN interview_sessions s ON s.id = q.session_id
                WHERE (s.user_id = \(person) AND q.question_id = \(id)
                    OR (s.user_id = \(person) OR \(everybodys)) AND q.id = \(id)) \(within)
                ORDER BY q.id = \(id) DESC, (s.ended_by IS DISTINCT FROM 'person') DESC, s.created_at DESC, s.id LIMIT 1
                """)
            return try rows.first.map { (try SessionQuestion(row: $0), try $0.decode("owner_id", as: UUID.self)) }
        }
    }

    public func totals(of person: UUID) async throws -> Totals {
        try await database.withTransaction(for: .person(person), readOnly: true) { transaction in
            let rows = try await transaction.query(
                """
                SELECT count(*) AS sessions, coalesce(sum(total_questions), 0)::int8 AS questions,
                    coalesce(sum(answer_count), 0)::int8 AS answers,
                    sum(score_sum)::float8 / nullif(sum(scored_count), 0)::float8 AS average_score
                FROM interview_sessions WHERE user_id = \(person)
                """)
            guard let row = rows.first else { preconditionFailure("a count has a row") }
            return Totals(
                sessions: Int(try row.decode("sessions", as: Int64.self)),
                questions: Int(try row.decode("questions", as: Int64.self)),
                answers: Int(try row.decode("answers", as: Int64.self)),
                averageScore: try row.decode("average_score", as: Double?.self))
        }
    }

    // MARK: Writing

    /// Stores a session with its questions, in this order.
    public func create(
        _ draft: SessionDraft, of person: UUID, source: Session.QuestionSource, questions: [Chosen]
    ) async throws -> Session {
        try await PersonWrite.run(person, in: database) { transaction in
            let rows = try await transaction.query(
                """
                INSERT INTO interview_sessions AS s (user_id, mode, role, job_title, job_description, scenario_id,
                    question_source)
                VALUES (\(person), \(draft.mode.rawValue), \(draft.role), \(optional: draft.jobTitle),
                    \(optional: draft.jobDescription), \(optional: draft.scenarioID), \(source.rawValue))
                RETURNING \(Session.columns)
                """)
            guard let row = rows.first else { preconditionFailure("an insert returns its row") }
            let session = try Session(row: row)
            if questions.isEmpty { return session }
            // A question that went since it was chosen, or is going, is left out.
            try await transaction.query(
                """
                INSERT INTO session_questions (session_id, question_id, reason, question_order)
                SELECT \(session.id), b.id, nullif(c.reason, ''), row_number() OVER (ORDER BY c.place)
                FROM unnest(\(questions.map(\.question)), \(questions.map { String(($0.reason ?? "").prefix(2_000)) }))
                    WITH ORDINALITY AS c (id, reason, place)
                JOIN (SELECT id FROM questions WHERE id = ANY(\(questions.map(\.question))) FOR KEY SHARE) b
                    ON b.id = c.id
                """)
            return try await AnswerFigures(transaction: transaction).settle(session.id)
        }
    }

    /// Adds questions of the person's own at the end.
    /// - Parameter texts: each `SessionQuestion.ownTextLength` characters.
    /// - Throws: `CatalogError.notFound`, `.sessionClosed`, `.tooMany`.
    public func add(_ texts: [String], to session: UUID, of person: UUID) async throws -> [SessionQuestion] {
        try await PersonWrite.run(person, in: database) { transaction in
            let before = try await lock(session, of: person, in: transaction)
            if before.isClosed { throw CatalogError.sessionClosed(session, status: before.status.rawValue) }
            if before.totalQuestions + texts.count > SessionQuestion.countMax {
                throw CatalogError.tooMany(kind: "questions of a session", max: SessionQuestion.countMax)
            }
            let rows = try await transaction.query(
                """
                INSERT INTO session_questions (session_id, question_text, question_order)
                SELECT \(session), t.text, t.place + (
                    SELECT coalesce(max(question_order), 0) FROM session_questions WHERE session_id = \(session))
                FROM unnest(\(texts)) WITH ORDINALITY AS t (text, place) RETURNING id
                """)
            let ids = try rows.map { try $0.decode("id", as: UUID.self) }
            _ = try await AnswerFigures(transaction: transaction).settle(session)
            return try await transaction.query(
                """
                SELECT \(SessionQuestion.columns) FROM \(SessionQuestion.source)
                WHERE q.id = ANY(\(ids)) ORDER BY q.question_order
                """
            ).map(SessionQuestion.init(row:))
        }
    }

    /// Removes a question from a session, with its answers.
    /// - Returns: whether it was there, and the position of the answers' change where there were any.
    public func remove(
        _ question: UUID, from session: UUID, of person: UUID
    ) async throws -> (found: Bool, position: Int64?) {
        try await PersonWrite.run(person, in: database) { transaction in
            _ = try await lock(session, of: person, in: transaction)
            let given = try await transaction.query(
                "SELECT \(Answer.columns) FROM answers WHERE session_question_id = \(question) AND session_id = \(session)"
            ).map(Answer.init(row:))
            let position = try await answers.remove(given, of: person, session: session, in: transaction)
            let deleted = try await transaction.execute(
                "DELETE FROM session_questions WHERE id = \(question) AND session_id = \(session)")
            _ = try await AnswerFigures(transaction: transaction).settle(session)
            return (deleted > 0, position)
        }
    }

    /// - Throws: `CatalogError.notFound` where the person has no such session.
    public func setStatus(_ status: Session.Status, of session: UUID, person: UUID) async throws -> Session {
        try await PersonWrite.run(person, in: database) { transaction in
            _ = try await lock(session, of: person, in: transaction)
            let ends = status == .completed || status == .abandoned
            // An open session whose questions are all answered is completed, whatever it is set to.
            try await transaction.query(
                """
                UPDATE interview_sessions SET status = \(status.rawValue),
                    ended_by = CASE WHEN \(ends) THEN 'person' END
                WHERE id = \(session)
                """)
            return try await AnswerFigures(transaction: transaction).settle(session)
        }
    }

    /// Removes a session with its questions and answers.
    /// - Returns: whether it was there, and the position of the answers' change where there were any.
    public func delete(_ session: UUID, of person: UUID) async throws -> (found: Bool, position: Int64?) {
        try await PersonWrite.run(person, in: database) { transaction in
            let given = try await transaction.query(
                "SELECT \(Answer.columns) FROM answers WHERE session_id = \(session) AND user_id = \(person)"
            ).map(Answer.init(row:))
            let position = try await answers.remove(given, of: person, session: session, in: transaction)
            let deleted = try await transaction.execute(
                "DELETE FROM interview_sessions WHERE id = \(session) AND user_id = \(person)")
            if deleted > 0 { try await ErasureLedger.append(.session, session, in: transaction) }
            return (deleted > 0, position)
        }
    }

    // MARK: Parts

    static func find(_ id: UUID, in transaction: Transaction) async throws -> Session? {
        try await transaction.query("SELECT \(Session.columns) FROM interview_sessions s WHERE s.id = \(id)").first
            .map(Session.init(row:))
    }

    private func lock(_ session: UUID, of person: UUID, in transaction: Transaction) async throws -> Session {
        let rows = try await transaction.query(
            """
            SELECT \(Session.columns) FROM interview_sessions s
            WHERE s.id = \(session) AND s.user_id = \(person) FOR NO KEY UPDATE
            """)
        guard let row = rows.first else { throw CatalogError.notFound(kind: "session", id: session) }
        return try Session(row: row)
    }
}
