public import Foundation
public import Storage

/// What people practised, as far as it matters to what they practise next.
public struct PracticeHistory: Sendable {
    /// The latest answer of a person to a question of the bank.
    public struct Latest: Sendable, Equatable {
        /// 0...100; nil for one that was not scored.
        public let score: Double?
        public let answeredAt: Date
    }

    private let database: Database

    public init(database: Database) { self.database = database }

    /// A person's latest answer to each question that they answered.
    public func latest(of person: UUID) async throws -> [UUID: Latest] {
        let rows = try await database.withTransaction(for: .person(person), readOnly: true) { transaction in
            try await transaction.query(
                """
                SELECT DISTINCT ON (question_id) question_id, score::double precision AS score, answered_at FROM answers
                WHERE user_id = \(person) AND question_id IS NOT NULL
                ORDER BY question_id, answered_at DESC, number DESC
                """)
        }
        return Dictionary(
            uniqueKeysWithValues: try rows.map { row in
                (
                    try row.decode("question_id", as: UUID.self),
                    Latest(
                        score: try row.decode("score", as: Double?.self),
                        answeredAt: try row.decode("answered_at", as: Date.self))
                )
            })
    }

    /// A person's latest scored answers to questions of the bank, 0...1, the oldest first.
    public func scores(of person: UUID, limit: Int) async throws -> [Double] {
        try await database.withTransaction(for: .person(person), readOnly: true) { transaction in
            try await transaction.query(
                """
                SELECT score::float8 / 100 AS score FROM answers
                WHERE user_id = \(person) AND score IS NOT NULL AND question_id IS NOT NULL
                ORDER BY answered_at DESC, number DESC LIMIT \(Int64(limit))
                """
            ).map { try $0.decode("score", as: Double.self) }.reversed()
        }
    }

    /// The categories that a person answers most, the first the most.
    public func categories(of person: UUID, limit: Int) async throws -> [String] {
        try await database.withTransaction(for: .person(person), readOnly: true) { transaction in
            try await transaction.query(
                """
                SELECT name FROM user_performance WHERE user_id = \(person) AND kind = 'category'
                ORDER BY answer_count DESC, name LIMIT \(Int64(limit))
                """
            ).map { try $0.decode("name", as: String.self) }
        }
    }

    /// How often the most practised questions were answered.
    public func mostPractised(limit: Int) async throws -> [(question: UUID, answers: Int)] {
        let rows = try await database.query(
            """
            SELECT id, usage_count FROM questions WHERE usage_count > 0 AND status = 'active'
            ORDER BY usage_count DESC, id LIMIT \(Int64(limit))
            """)
        return try rows.map { row in
            (try row.decode("id", as: UUID.self), Int(try row.decode("usage_count", as: Int64.self)))
        }
    }
}
