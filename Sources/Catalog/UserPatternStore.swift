public import Foundation
public import Storage

/// Patterns of people in PostgreSQL. Every write stores the row, its vector and the change in one transaction.
public struct UserPatternStore: Sendable {
    private let database: Database
    private let vectors = VectorTable(collection: .userPatterns)

    public init(database: Database) { self.database = database }

    /// Puts a pattern in place of the person's last one, under the same id. Without a vector it is queued to be embedded.
    /// - Throws: `CatalogError.notFound` when there is no such person.
    public func put(
        _ draft: UserPatternDraft, of user: UUID, vector: StoredVector?
    ) async throws -> (UserPattern, position: Int64) {
        do {
            return try await database.withTransaction { transaction in
                let rows = try await transaction.query(
                    """
                    INSERT INTO user_patterns (user_id, pattern_text, skill_level, performance_trend, learning_style,
                        preferred_categories, strengths, weaknesses)
                    VALUES (\(user), \(draft.text), \(draft.skillLevel), \(draft.performanceTrend),
                        \(draft.learningStyle), \(draft.preferredCategories), \(draft.strengths), \(draft.weaknesses))
                    ON CONFLICT (user_id) DO UPDATE SET pattern_text = EXCLUDED.pattern_text,
                        skill_level = EXCLUDED.skill_level, performance_trend = EXCLUDED.performance_trend,
                        learning_style = EXCLUDED.learning_style,
                        preferred_categories = EXCLUDED.preferred_categories, strengths = EXCLUDED.strengths,
                        weaknesses = EXCLUDED.weaknesses, updated_at = now()
                    RETURNING \(UserPattern.columns)
                    """)
                guard let row = rows.first else { preconditionFailure("an insert returns its row") }
                let stored = try UserPattern(row: row)
                try await vectors.store(vector, of: stored.id, textHash: draft.embeddedTextHash, in: transaction)
                let position = try await ChangeLog.append([stored.id], to: .userPatterns, in: transaction)
                return (stored, position)
            }
        } catch let error as PostgresError where error.constraint == "user_patterns_user_id_fkey" {
            throw CatalogError.notFound(kind: "user", id: user)
        }
    }

    /// The pattern of a person.
    public func find(user: UUID) async throws -> UserPattern? {
        let rows = try await database.query("SELECT \(UserPattern.columns) FROM user_patterns WHERE user_id = \(user)")
        return try rows.first.map(UserPattern.init(row:))
    }

    /// Removes a person's pattern and its vectors.
    /// - Returns: the position of its change; nil when there is none.
    public func delete(user: UUID) async throws -> Int64? {
        try await database.withTransaction { transaction in
            let deleted = try await transaction.query("DELETE FROM user_patterns WHERE user_id = \(user) RETURNING id")
            guard let row = deleted.first else { return nil }
            let id = try row.decode("id", as: UUID.self)
            try await ErasureLedger.append(.pattern, id, in: transaction)
            try await vectors.delete(id, in: transaction)
            return try await ChangeLog.append([id], to: .userPatterns, in: transaction)
        }
    }
}
