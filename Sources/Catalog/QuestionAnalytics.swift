import Foundation
public import Storage

/// What the bank holds, and how its questions are practised and answered: figures of all people together.
public struct QuestionAnalytics: Sendable {
    /// Active questions of one category and level.
    public struct Group: Sendable, Equatable {
        public let category: String
        public let difficulty: Difficulty
        public let questions: Int
        /// Of these, those that nobody answered.
        public let unused: Int
        public let answers: Int
        public let scored: Int
        /// Over all scored answers, 0...100; nil without any.
        public let averageScore: Double?
        /// 0...1
        public let successRate: Double?
    }

    /// By which figure questions are listed.
    public enum Order: Sendable {
        case mostUsed, lowestScore, highestScore
    }

    /// Scored answers below which a question's average says little.
    public static let scoredMin = 5
    /// Categories and levels that are told of; a bank has far fewer.
    private static let groupsMax = 1_000

    private let database: Database

    public init(database: Database) { self.database = database }

    /// By category and level.
    public func groups() async throws -> [Group] {
        try await database.query(
            """
            SELECT category, difficulty_level, count(*) AS questions, count(*) FILTER (WHERE usage_count = 0) AS unused,
                sum(usage_count)::bigint AS answers, sum(scored_count)::bigint AS scored,
                sum(score_sum)::float8 / nullif(sum(scored_count), 0)::float8 AS average_score,
                sum(good_count)::float8 / nullif(sum(scored_count), 0)::float8 AS success_rate
            FROM questions WHERE status = 'active' GROUP BY category, difficulty_level
            ORDER BY category, difficulty_level LIMIT \(Int64(Self.groupsMax))
            """
        ).map(Group.init(row:))
    }

    /// Active questions by a figure; by their scores only those with at least `scoredMin`.
    public func questions(_ order: Order, limit: Int) async throws -> [Question] {
        let listed: Statement =
            switch order {
            case .mostUsed: "usage_count > 0 ORDER BY usage_count DESC, id"
            case .lowestScore: "scored_count >= \(Int64(Self.scoredMin)) ORDER BY average_score, id"
            case .highestScore: "scored_count >= \(Int64(Self.scoredMin)) ORDER BY average_score DESC, id"
            }
        return try await database.query(
            "SELECT \(Question.columns) FROM questions WHERE status = 'active' AND \(listed) LIMIT \(Int64(limit))"
        ).map(Question.init(row:))
    }

    /// How many questions are archived.
    public func archivedCount() async throws -> Int {
        let rows = try await database.query("SELECT count(*) AS count FROM questions WHERE status = 'archived'")
        return Int(try rows.first?.decode("count", as: Int64.self) ?? 0)
    }
}

extension QuestionAnalytics.Group {
    init(row: Row) throws {
        let count = { (column: String) in Int(try row.decode(column, as: Int64.self)) }
        category = try row.decode("category", as: String.self)
        difficulty = try row.choice("difficulty_level")
        questions = try count("questions")
        unused = try count("unused")
        answers = try count("answers")
        scored = try count("scored")
        averageScore = try row.decode("average_score", as: Double?.self)
        successRate = try row.decode("success_rate", as: Double?.self)
    }
}
