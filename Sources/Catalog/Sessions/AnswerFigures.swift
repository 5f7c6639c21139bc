import Foundation
import Storage

/// Keeps every figure that answers change, in the transaction that changes the answers: counts and averages of
/// questions, of session questions and sessions, and of a person by topic. Sums are exact, so that figures are the same
/// whatever order answers came, changed and went in.
struct AnswerFigures {
    /// An answer as it was and as it is; one of them may be missing.
    typealias Change = (old: Answer?, new: Answer?)

    let transaction: Transaction

    /// All answers are of one person and one session.
    /// - Returns: the session as it is now.
    func apply(_ changes: [Change], person: UUID, session: UUID) async throws -> Session {
        try await countInSession(changes)
        let total = changes.reduce(FigureChange()) { $0 + FigureChange(from: $1.old, to: $1.new) }
        let settled = try await settle(session, adding: total)
        try await countByTopic(changes, person)
        try await countByQuestion(changes)
        return settled
    }

    /// Makes a session's figures and status follow from its questions.
    func settle(_ session: UUID, adding change: FigureChange = FigureChange()) async throws -> Session {
        let rows = try await transaction.query(
            """
            UPDATE interview_sessions s SET total_questions = c.total, completed_questions = c.completed,
                answer_count = c.answers, scored_count = s.scored_count + \(Int64(change.scored)),
                score_sum = s.score_sum + \(Int64(change.hundredths))::numeric / 100, updated_at = now(),
                status = CASE WHEN s.ended_by = 'person' THEN s.status
                    WHEN c.total > 0 AND c.completed = c.total THEN 'completed'
                    WHEN s.status = 'completed' OR \(change.answers > 0) THEN 'active' ELSE s.status END,
                ended_by = CASE WHEN s.ended_by = 'person' THEN 'person'
                    WHEN c.total > 0 AND c.completed = c.total THEN 'answers' END
            FROM (
                SELECT count(*)::int AS total, (count(*) FILTER (WHERE answer_count > 0))::int AS completed,
                    coalesce(sum(answer_count), 0)::int8 AS answers
                FROM session_questions WHERE session_id = \(session)
            ) c
            WHERE s.id = \(session) RETURNING \(Session.columns)
            """)
        guard let row = rows.first else { throw CatalogError.notFound(kind: "session", id: session) }
        return try Session(row: row)
    }

    private func countInSession(_ changes: [Change]) async throws {
        var counts: [UUID: Int] = [:]
        for change in changes {
            guard let id = (change.new ?? change.old)?.sessionQuestionID else { continue }
            counts[id, default: 0] += FigureChange(from: change.old, to: change.new).answers
        }
        let changed = counts.filter { $0.value != 0 }
        if changed.isEmpty { return }
        try await transaction.query(
            """
            UPDATE session_questions q SET answer_count = q.answer_count + d.answers
            FROM unnest(\(Array(changed.keys)), \(changed.values.map(Int64.init))) AS d (id, answers) WHERE q.id = d.id
            """)
    }

    private func countByTopic(_ changes: [Change], _ person: UUID) async throws {
        var byTopic: [[String]: FigureChange] = [:]
        for change in changes {
            for (kind, name) in (change.new ?? change.old)?.topics.rows ?? [] {
                byTopic[[kind, name], default: FigureChange()] += FigureChange(from: change.old, to: change.new)
            }
        }
        let columns = FigureColumns(
            byTopic.filter { $0.value != FigureChange() }.map { (key: $0.key, value: $0.value) })
        if columns.keys.isEmpty { return }
        let changed: Statement = """
            unnest(\(columns.keys.map { $0[0] }), \(columns.keys.map { $0[1] }), \(columns.answers), \(columns.scored),
                \(columns.successes), \(columns.hundredths)) AS d (kind, name, answers, scored, successes, hundredths)
            """
        // A row that comes to nothing goes; what is left of the differences finds its row or makes it.
        try await transaction.query(
            """
            DELETE FROM user_performance p USING \(changed)
            WHERE p.user_id = \(person) AND p.kind = d.kind AND p.name = d.name AND p.answer_count + d.answers <= 0
            """)
        try await transaction.query(
            """
            UPDATE user_performance p SET answer_count = p.answer_count + d.answers,
                scored_count = p.scored_count + d.scored, good_count = p.good_count + d.successes,
                score_sum = p.score_sum + d.hundredths::numeric / 100
            FROM \(changed) WHERE p.user_id = \(person) AND p.kind = d.kind AND p.name = d.name
            """)
        if !columns.answers.contains(where: { $0 > 0 }) { return }
        try await transaction.query(
            """
            INSERT INTO user_performance (user_id, kind, name, answer_count, scored_count, good_count, score_sum)
            SELECT \(person), kind, name, answers, scored, successes, hundredths::numeric / 100 FROM \(changed)
            WHERE answers > 0 ON CONFLICT (user_id, kind, name) DO NOTHING
            """)
    }

    private func countByQuestion(_ changes: [Change]) async throws {
        var byQuestion: [UUID: FigureChange] = [:]
        for change in changes {
            guard let id = (change.new ?? change.old)?.questionID else { continue }
            byQuestion[id, default: FigureChange()] += FigureChange(from: change.old, to: change.new)
        }
        let columns = FigureColumns(
            byQuestion.filter { $0.value != FigureChange() }.map { (key: $0.key, value: $0.value) })
        if columns.keys.isEmpty { return }
        if columns.keys.count > 1 {
            try await transaction.query(
                "SELECT FROM questions WHERE id = ANY(\(columns.keys)) ORDER BY id FOR NO KEY UPDATE")
        }
        try await transaction.query(
            """
            UPDATE questions q SET usage_count = q.usage_count + d.answers, scored_count = q.scored_count + d.scored,
                good_count = q.good_count + d.successes, score_sum = q.score_sum + d.hundredths::numeric / 100,
                average_score = (q.score_sum + d.hundredths::numeric / 100)::float8
                    / nullif(q.scored_count + d.scored, 0),
                success_rate = (q.good_count + d.successes)::float8 / nullif(q.scored_count + d.scored, 0),
                figures_pending = true
            FROM unnest(\(columns.keys), \(columns.answers), \(columns.scored), \(columns.successes),
                \(columns.hundredths)) AS d (id, answers, scored, successes, hundredths)
            WHERE q.id = d.id
            """)
    }
}
