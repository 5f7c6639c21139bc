public import Foundation
public import Storage

/// What people answered next after a question, counted over people.
public struct QuestionSteps: Sendable {
    /// Different people that have taken a step before it is known to anybody.
    public static let peopleMin = 5
    /// Steps kept of a question.
    public static let perQuestionMax = 50
    private static let answersMax = 1_000_000
    private static let answersDays = 180
    private static let pauseDays = 7

    private let database: Database

    public init(database: Database) { self.database = database }

    /// Counts anew: over the latest `answersMax` answers of half a year, and steps without a week between. A person counts
    /// once for a step, however often they took it.
    /// - Returns: how many steps enough people took.
    @discardableResult
    public func count() async throws -> Int {
        try await database.withTransaction(for: .everybody) { transaction in
            try await transaction.query("DELETE FROM question_steps")
            return try await transaction.query(
                """
                INSERT INTO question_steps (from_id, to_id, people, share)
                WITH given AS (
                    SELECT user_id, question_id, answered_at, number FROM answers
                    WHERE question_id IS NOT NULL
                        AND created_at > now() - make_interval(days => \(Int32(Self.answersDays)))
                    ORDER BY created_at DESC LIMIT \(Int64(Self.answersMax))
                ), steps AS (
                    SELECT user_id, question_id AS from_id, lead(question_id) OVER w AS to_id,
                        lead(answered_at) OVER w - answered_at AS pause
                    FROM given WINDOW w AS (PARTITION BY user_id ORDER BY answered_at, number)
                ), taken AS (
                    SELECT DISTINCT user_id, from_id, to_id FROM steps
                    WHERE to_id <> from_id AND pause <= make_interval(days => \(Int32(Self.pauseDays)))
                ), starts AS (
                    SELECT from_id, count(DISTINCT user_id) AS people FROM taken GROUP BY from_id
                ), counted AS (
                    SELECT from_id, to_id, count(*) AS people,
                        row_number() OVER (PARTITION BY from_id ORDER BY count(*) DESC, to_id) AS rank
                    FROM taken GROUP BY from_id, to_id HAVING count(*) >= \(Int64(Self.peopleMin))
                )
                SELECT c.from_id, c.to_id, c.people, c.people::float8 / s.people
                FROM counted c JOIN starts s ON s.from_id = c.from_id WHERE rank <= \(Int64(Self.perQuestionMax))
                """
            ).affected
        }
    }

    /// The steps from some questions, by the question that they lead to.
    /// - Returns: the share of people who went on so, 0...1, by the question that they came from.
    public func after(_ questions: [UUID]) async throws -> [UUID: [UUID: Double]] {
        if questions.isEmpty { return [:] }
        let rows = try await database.query(
            "SELECT from_id, to_id, share FROM question_steps WHERE from_id = ANY(\(questions))")
        var steps: [UUID: [UUID: Double]] = [:]
        for row in rows {
            let (from, to) = (
                try row.decode("from_id", as: UUID.self), try row.decode("to_id", as: UUID.self)
            )
            steps[to, default: [:]][from] = try row.decode("share", as: Double.self)
        }
        return steps
    }
}
