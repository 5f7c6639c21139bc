public import Foundation
public import Storage

/// Questions of the bank that a session may ask of a person.
public struct SessionCandidates: Sendable {
    public struct Candidate: Sendable, Equatable {
        public let id: UUID
        public let text: String
        public let category: String
        public let difficulty: Difficulty
        public let roles: [String]
        public let skills: [String]

        public init(
            id: UUID, text: String, category: String, difficulty: Difficulty, roles: [String], skills: [String]
        ) {
            self.id = id
            self.text = text
            self.category = category
            self.difficulty = difficulty
            self.roles = roles
            self.skills = skills
        }
    }

    public static let countMax = 1_000
    /// For how long a question that was answered is not asked again where there are others.
    public static let restDays = 30.0

    private let database: Database

    public init(database: Database) { self.database = database }

    /// Active questions that are asked of one of the roles or test one of the skills, by id.
    public func find(roles: [String], skills: [String]) async throws -> [Candidate] {
        try await read("(compatible_roles && \(roles) OR required_skills && \(skills))")
    }

    /// Active questions with these ids, by id.
    public func find(_ ids: [UUID]) async throws -> [Candidate] { try await read("id = ANY(\(ids))") }

    /// Questions that the person answered lately, or that wait in an open session of theirs.
    public func resting(of person: UUID) async throws -> Set<UUID> {
        try await database.withTransaction(for: .person(person), readOnly: true) { transaction in
            let rows = try await transaction.query(
                """
                SELECT question_id FROM answers
                WHERE user_id = \(person) AND question_id IS NOT NULL
                    AND answered_at > now() - make_interval(secs => \(Self.restDays * 86_400))
                UNION SELECT q.question_id FROM session_questions q JOIN interview_sessions s ON s.id = q.session_id
                WHERE s.user_id = \(person) AND s.status = 'active' AND q.question_id IS NOT NULL
                """)
            return Set(try rows.map { try $0.decode("question_id", as: UUID.self) })
        }
    }

    private func read(_ condition: Statement) async throws -> [Candidate] {
        try await database.query(
            """
            SELECT id, question_text, category, difficulty_level, compatible_roles, required_skills FROM questions
            WHERE status = 'active' AND \(condition) ORDER BY id LIMIT \(Int64(Self.countMax))
            """
        ).map { row in
            Candidate(
                id: try row.decode("id", as: UUID.self), text: try row.decode("question_text", as: String.self),
                category: try row.decode("category", as: String.self), difficulty: try row.choice("difficulty_level"),
                roles: try row.decode("compatible_roles", as: [String].self),
                skills: try row.decode("required_skills", as: [String].self))
        }
    }
}
