import Foundation
public import Storage

/// Erases again what the ledger names and the database holds all the same: after a restore of an older state.
public struct ErasureReplay: Sendable {
    private struct Outstanding {
        let kind: ErasureLedger.Kind
        let id: UUID
        /// Whose it is; nil for a job description of nobody.
        let owner: UUID?
    }

    private let database: Database
    private let answers: AnswerStore

    public init(database: Database, answers: AnswerStore) {
        self.database = database
        self.answers = answers
    }

    /// Safe to run twice, and on several instances at once.
    /// - Returns: how many entries had to be applied again.
    public func run() async throws -> Int {
        let outstanding = try await outstanding()
        for entry in outstanding { try await erase(entry) }
        return outstanding.count
    }

    private func erase(_ entry: Outstanding) async throws {
        switch (entry.kind, entry.owner) {
        case (.person, _):
            _ = try await PersonErasure(database: database, answers: answers).erase(entry.id)
        case (.session, let owner?):
            _ = try await SessionStore(database: database, answers: answers).delete(entry.id, of: owner)
        case (.answer, let owner?):
            _ = try await answers.delete(entry.id, of: owner)
        case (.pattern, let owner?):
            _ = try await UserPatternStore(database: database).delete(user: owner)
        case (.jobDescription, _):
            _ = try await JobDescriptionStore(database: database).delete(entry.id)
        case (.session, nil), (.answer, nil), (.pattern, nil):
            // The query below names an owner for each of them.
            break
        }
    }

    /// People first: what is theirs goes with them.
    private func outstanding() async throws -> [Outstanding] {
        let rows = try await database.withTransaction(for: .everybody, readOnly: true) { transaction in
            try await transaction.query(
                """
                SELECT e.kind, e.subject_id,
                    coalesce(u.id, s.user_id, a.user_id, p.user_id, j.owner_id) AS owner
                FROM erasures e
                LEFT JOIN users u ON e.kind = 'person' AND u.id = e.subject_id
                LEFT JOIN interview_sessions s ON e.kind = 'session' AND s.id = e.subject_id
                LEFT JOIN answers a ON e.kind = 'answer' AND a.id = e.subject_id
                LEFT JOIN user_patterns p ON e.kind = 'pattern' AND p.id = e.subject_id
                LEFT JOIN job_descriptions j ON e.kind = 'job_description' AND j.id = e.subject_id
                WHERE coalesce(u.id, s.id, a.id, p.id, j.id) IS NOT NULL
                ORDER BY e.kind <> 'person', e.kind <> 'session', e.number
                """)
        }
        return try rows.compactMap { row in
            guard let kind = ErasureLedger.Kind(rawValue: try row.decode("kind", as: String.self)) else { return nil }
            return Outstanding(
                kind: kind, id: try row.decode("subject_id", as: UUID.self),
                owner: try row.decode("owner", as: UUID?.self))
        }
    }
}
