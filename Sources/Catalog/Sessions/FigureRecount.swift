public import Foundation
public import Storage

/// Counts everything again that answers change, and compares it with the figures that are kept.
///
/// It reads one snapshot: figures and answers change in the same transactions, so that any difference is one. A repair
/// keeps writers out for as long as it takes, so that it mends what is there and not what was.
public struct FigureRecount: Sendable {
    /// What was compared of one kind of figures.
    public struct Report: Sendable, Equatable, Encodable {
        /// Such as `questions` or `sessions`.
        public let figures: String
        /// How many rows were compared.
        public let rows: Int
        public let differing: Int
        /// The first of those that differ; at most `namedMax`.
        public let named: [String]
        public let repaired: Bool

        /// Whose state the learner has to make anew: it is not mended here.
        public var people: [UUID] { figures == "learner_people" ? named.compactMap { UUID(uuidString: $0) } : [] }
    }

    public static let namedMax = 100
    static let timeoutSeconds = 600.0

    private let database: Database

    public init(database: Database) { self.database = database }

    /// - Parameter repairs: whether what differs is set right.
    public func run(repairs: Bool) async throws -> [Report] {
        let body: @Sendable (Transaction) async throws -> [Report] = { transaction in
            try await transaction.setLocal(PersonScope.setting, PersonScope.everybodyValue)
            if repairs { try await Self.closeGate(in: transaction) }
            var reports: [Report] = []
            for figures in Figures.all {
                let differing = try await transaction.query(figures.differing, timeoutSeconds: Self.timeoutSeconds)
                let counted = try await transaction.query(figures.count, timeoutSeconds: Self.timeoutSeconds)
                let names = try differing.map { try $0.decode("name", as: String.self) }
                if repairs, !names.isEmpty {
                    for repair in figures.repairs {
                        try await transaction.query(repair, timeoutSeconds: Self.timeoutSeconds)
                    }
                }
                reports.append(
                    Report(
                        figures: figures.name, rows: Int(try counted.first?.decode("rows", as: Int64.self) ?? 0),
                        differing: names.count, named: Array(names.prefix(Self.namedMax)),
                        repaired: repairs && !names.isEmpty))
            }
            return reports
        }
        if repairs { return try await database.withTransaction(body) }
        return try await database.withTransaction(isolation: .repeatableRead, readOnly: true, body)
    }

    /// Waits for writers of sessions and answers, and keeps further ones out until the transaction ends.
    public static func closeGate(in transaction: Transaction) async throws {
        try await transaction.query(
            "SELECT pg_advisory_xact_lock(\(PersonWrite.gate))", timeoutSeconds: timeoutSeconds)
    }
}

/// One kind of figures: how rows are counted again and set right.
private struct Figures {
    let name: String
    /// Rows of `name` for what differs.
    let differing: Statement
    let count: Statement
    let repairs: [Statement]

    /// Later ones are counted from earlier ones.
    static var all: [Figures] { [questions, sessionQuestions, sessions, people, learner] }

    private static let successMin = Int64(AnswerScore.successMin.hundredths)

    /// Sums over answers, as columns `answers`, `scored`, `successes` and `points`.
    private static let sums: Statement = """
        count(*) AS answers, count(score) AS scored,
        count(*) FILTER (WHERE score * 100 >= \(successMin)) AS successes, coalesce(sum(score), 0) AS points
        """

    private static let questions = Figures(
        name: "questions",
        differing: "SELECT q.id::text AS name FROM questions q \(questionSums) WHERE \(questionDiffers) ORDER BY q.id",
        count: "SELECT count(*) AS rows FROM questions",
        repairs: [
            """
            UPDATE questions q SET usage_count = c.answers, scored_count = c.scored, good_count = c.successes,
                score_sum = c.points, average_score = c.points::float8 / nullif(c.scored, 0),
                success_rate = c.successes::float8 / nullif(c.scored, 0), figures_pending = true
            FROM (SELECT q.id AS question, s.* FROM questions q \(questionSums)) c
            WHERE c.question = q.id AND \(questionDiffersFromCount)
            """
        ])

    private static let questionSums: Statement =
        "CROSS JOIN LATERAL (SELECT \(sums) FROM answers WHERE question_id = q.id) s"
    private static let questionDiffers: Statement = """
        (q.usage_count, q.scored_count, q.good_count, q.score_sum, q.average_score, q.success_rate)
            IS DISTINCT FROM (s.answers, s.scored, s.successes, s.points,
                s.points::float8 / nullif(s.scored, 0), s.successes::float8 / nullif(s.scored, 0))
        """
    private static let questionDiffersFromCount: Statement = """
        (q.usage_count, q.scored_count, q.good_count, q.score_sum, q.average_score, q.success_rate)
            IS DISTINCT FROM (c.answers, c.scored, c.successes, c.points,
                c.points::float8 / nullif(c.scored, 0), c.successes::float8 / nullif(c.scored, 0))
        """

    private static let sessionQuestions = Figures(
        name: "session_questions",
        differing: """
            SELECT q.id::text AS name FROM session_questions q
            WHERE q.answer_count <> (SELECT count(*) FROM answers WHERE session_question_id = q.id) ORDER BY q.id
            """,
        count: "SELECT count(*) AS rows FROM session_questions",
        repairs: [
            """
            UPDATE session_questions q SET answer_count = c.answers
            FROM (
                SELECT q.id, (SELECT count(*) FROM answers WHERE session_question_id = q.id) AS answers
                FROM session_questions q
            ) c
            WHERE c.id = q.id AND c.answers <> q.answer_count
            """
        ])

    /// The status follows from the counts where the person did not end the session.
    private static let sessionCounts: Statement = """
        SELECT s.id, n.total, n.completed, a.answers, a.scored, a.points,
            CASE WHEN s.ended_by = 'person' THEN s.status
                WHEN n.total > 0 AND n.completed = n.total THEN 'completed'
                WHEN s.status = 'completed' THEN 'active' ELSE s.status END AS status,
            CASE WHEN s.ended_by = 'person' THEN 'person'
                WHEN n.total > 0 AND n.completed = n.total THEN 'answers' END AS ended_by
        FROM interview_sessions s
        CROSS JOIN LATERAL (
            SELECT count(*)::int AS total, (count(*) FILTER (WHERE EXISTS (
                SELECT FROM answers WHERE session_question_id = q.id)))::int AS completed
            FROM session_questions q WHERE q.session_id = s.id) n
        CROSS JOIN LATERAL (SELECT \(sums) FROM answers WHERE session_id = s.id) a
        """
    private static let sessionDiffers: Statement = """
        (s.total_questions, s.completed_questions, s.answer_count, s.scored_count, s.score_sum, s.status, s.ended_by)
            IS DISTINCT FROM (c.total, c.completed, c.answers, c.scored, c.points, c.status, c.ended_by)
        """
    private static let sessions = Figures(
        name: "sessions",
        differing: """
            SELECT s.id::text AS name FROM interview_sessions s JOIN (\(sessionCounts)) c ON c.id = s.id
            WHERE \(sessionDiffers) ORDER BY s.id
            """,
        count: "SELECT count(*) AS rows FROM interview_sessions",
        repairs: [
            """
            UPDATE interview_sessions s SET total_questions = c.total, completed_questions = c.completed,
                answer_count = c.answers, scored_count = c.scored, score_sum = c.points, status = c.status,
                ended_by = c.ended_by
            FROM (\(sessionCounts)) c WHERE c.id = s.id AND \(sessionDiffers)
            """
        ])

    private static let topics: Statement = """
        SELECT t.user_id, t.kind, t.name, \(sums) FROM (
            SELECT user_id, 'category' AS kind, category AS name, score FROM answers
            UNION ALL SELECT user_id, 'difficulty', difficulty_level, score FROM answers
            WHERE difficulty_level IS NOT NULL
            UNION ALL SELECT user_id, 'skill', skill, score
            FROM answers CROSS JOIN LATERAL (SELECT DISTINCT s AS skill FROM unnest(skills) AS s) AS named
        ) t GROUP BY 1, 2, 3
        """
    private static let topicDiffers: Statement = """
        (p.answer_count, p.scored_count, p.good_count, p.score_sum)
            IS DISTINCT FROM (c.answers, c.scored, c.successes, c.points)
        """
    private static let people = Figures(
        name: "user_performance",
        differing: """
            SELECT coalesce(p.user_id, c.user_id)::text || '/' || coalesce(p.kind, c.kind) || '/' || coalesce(p.name, c.name)
                AS name
            FROM user_performance p FULL JOIN (\(topics)) c USING (user_id, kind, name)
            WHERE \(topicDiffers) ORDER BY 1
            """,
        count: "SELECT count(*) AS rows FROM user_performance",
        repairs: [
            "DELETE FROM user_performance",
            """
            INSERT INTO user_performance (user_id, kind, name, answer_count, scored_count, good_count, score_sum)
            \(topics)
            """,
        ])

    /// The number of answers that a person's state was made from is compared; the state itself is not made anew here.
    private static let learnedCounts: Statement = """
        SELECT l.user_id, (
            SELECT count(*) FROM answers a
            WHERE a.user_id = l.user_id AND a.learned_sequence IS NOT NULL AND a.score IS NOT NULL)::int AS learned
        FROM learner_people l
        """
    private static let learner = Figures(
        name: "learner_people",
        differing: """
            SELECT l.user_id::text AS name FROM learner_people l JOIN (\(learnedCounts)) c USING (user_id)
            WHERE l.learned_count <> c.learned ORDER BY l.user_id
            """,
        count: "SELECT count(*) AS rows FROM learner_people", repairs: [])
}
