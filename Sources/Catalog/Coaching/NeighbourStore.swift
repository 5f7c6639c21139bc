public import Foundation
public import Storage

/// What is read to find people whose answers went alike, and the aggregate that is kept of them.
public struct NeighbourStore: Sendable {
    /// Somebody whose neighbours are to be found.
    public struct Person: Sendable, Equatable {
        public let id: UUID
        public let state: [UInt8]
        public let learnedCount: Int
        /// What they say of themselves in their pattern.
        public let strengths: [String]
        public let weaknesses: [String]

        public init(
            id: UUID, state: [UInt8], learnedCount: Int, strengths: [String] = [], weaknesses: [String] = []
        ) {
            self.id = id
            self.state = state
            self.learnedCount = learnedCount
            self.strengths = strengths
            self.weaknesses = weaknesses
        }
    }

    /// A scored answer to a question of the bank.
    public struct Outcome: Sendable, Equatable {
        public let question: UUID
        /// 0...1
        public let score: Double
    }

    /// Questions with their usefulness, 0...1.
    public typealias Scores = [(question: UUID, score: Double)]

    public static let scoresMax = 200
    /// With fewer answers nothing can be said of whom somebody is like.
    public static let answersMin = 3
    private static let questionsMax = 50
    private static let answersPerQuestionMax = 200
    private static let candidatesMax = 100
    private static let outcomesMax = 300
    private static let restMinutes = 10
    private static let staleDays = 7

    private let database: Database

    public init(database: Database) { self.database = database }

    /// People who answered since their neighbours were looked for, the longest waiting first; those of active people are
    /// looked for anew each week.
    /// - Parameter coefficients: that states must be made with.
    public func due(coefficients: String, limit: Int) async throws -> [Person] {
        try await everybody(
            """
            SELECT p.user_id, p.state, p.learned_count, u.strengths, u.weaknesses FROM learner_people p
            LEFT JOIN coach_neighbours n ON n.user_id = p.user_id
            LEFT JOIN user_patterns u ON u.user_id = p.user_id
            WHERE p.state IS NOT NULL AND p.coefficients = \(coefficients)
                AND p.learned_count >= \(Int32(Self.answersMin))
                AND (n.user_id IS NULL
                    OR n.learned_count <> p.learned_count
                        AND n.made_at < now() - make_interval(mins => \(Int32(Self.restMinutes)))
                    OR n.made_at < now() - make_interval(days => \(Int32(Self.staleDays))) AND p.updated_at > n.made_at)
            ORDER BY n.made_at NULLS FIRST, p.user_id LIMIT \(Int64(limit))
            """
        ).map(Person.init(row:))
    }

    /// People who answered the same questions lately, those with the most in common first.
    public func candidates(for person: UUID, coefficients: String) async throws -> [Person] {
        try await database.withTransaction(for: .everybody, readOnly: true) { transaction in
            // The server takes the policy for far more selective than it is: it would read all answers to a question and
            // sort them, instead of the latest by the index.
            try await transaction.setLocal("enable_bitmapscan", "off")
            return try await transaction.query(
                """
                WITH own AS (
                    SELECT question_id FROM answers WHERE user_id = \(person) AND question_id IS NOT NULL
                    GROUP BY question_id ORDER BY max(answered_at) DESC, question_id LIMIT \(Int64(Self.questionsMax))
                ), alike AS (
                    SELECT a.user_id, count(DISTINCT own.question_id) AS common FROM own CROSS JOIN LATERAL (
                        SELECT user_id FROM answers WHERE question_id = own.question_id AND user_id <> \(person)
                        ORDER BY created_at DESC LIMIT \(Int64(Self.answersPerQuestionMax))) a
                    GROUP BY a.user_id ORDER BY common DESC, a.user_id LIMIT \(Int64(Self.candidatesMax))
                )
                SELECT p.user_id, p.state, p.learned_count, u.strengths, u.weaknesses
                FROM alike JOIN learner_people p ON p.user_id = alike.user_id
                LEFT JOIN user_patterns u ON u.user_id = p.user_id
                WHERE p.state IS NOT NULL AND p.coefficients = \(coefficients) ORDER BY alike.common DESC, p.user_id
                """
            ).map(Person.init(row:))
        }
    }

    /// The latest scored answers of people to questions of the bank, each person's in the order in which they were given.
    public func outcomes(of people: [UUID]) async throws -> [UUID: [Outcome]] {
        let rows = try await everybody(
            """
            SELECT user_id, question_id, score::float8 / 100 AS score FROM (
                SELECT user_id, question_id, score, answered_at, number,
                    row_number() OVER (PARTITION BY user_id ORDER BY answered_at DESC, number DESC) AS rank
                FROM answers WHERE user_id = ANY(\(people)) AND question_id IS NOT NULL AND score IS NOT NULL) a
            WHERE rank <= \(Int64(Self.outcomesMax)) ORDER BY user_id, answered_at, number
            """)
        var outcomes: [UUID: [Outcome]] = [:]
        for row in rows {
            outcomes[try row.decode("user_id", as: UUID.self), default: []].append(
                Outcome(
                    question: try row.decode("question_id", as: UUID.self),
                    score: try row.decode("score", as: Double.self)))
        }
        return outcomes
    }

    /// Keeps what a person's neighbours say, in place of what was kept.
    /// - Precondition: at most `scoresMax` scores.
    public func put(_ scores: Scores, of person: Person) async throws {
        try await database.withTransaction(for: .person(person.id)) { transaction in
            _ = try await transaction.query(
                """
                INSERT INTO coach_neighbours (user_id, questions, scores, learned_count)
                SELECT id, \(scores.map(\.question)), \(scores.map(\.score)), \(Int32(person.learnedCount))
                FROM users WHERE id = \(person.id)
                ON CONFLICT (user_id) DO UPDATE SET questions = EXCLUDED.questions, scores = EXCLUDED.scores,
                    learned_count = EXCLUDED.learned_count, made_at = now()
                """)
        }
    }

    /// What a person's neighbours say, the most useful question first; empty where there are too few neighbours.
    public func scores(of person: UUID) async throws -> Scores {
        let rows = try await database.withTransaction(for: .person(person), readOnly: true) {
            try await $0.query("SELECT questions, scores FROM coach_neighbours WHERE user_id = \(person)")
        }
        guard let row = rows.first else { return [] }
        return Array(
            zip(
                try row.decode("questions", as: [UUID].self), try row.decode("scores", as: [Double].self)
            ).map { (question: $0, score: $1) })
    }

    private func everybody(_ statement: Statement) async throws -> Rows {
        try await database.withTransaction(for: .everybody, readOnly: true) { try await $0.query(statement) }
    }
}

extension NeighbourStore.Person {
    init(row: Row) throws {
        self.init(
            id: try row.decode("user_id", as: UUID.self), state: try row.decode("state", as: [UInt8].self),
            learnedCount: Int(try row.decode("learned_count", as: Int32.self)),
            strengths: try row.decode("strengths", as: [String]?.self) ?? [],
            weaknesses: try row.decode("weaknesses", as: [String]?.self) ?? [])
    }
}
