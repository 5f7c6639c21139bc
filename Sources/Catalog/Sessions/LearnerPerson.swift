public import Foundation
public import Storage

/// What is kept of one person for the learner.
public struct LearnerPerson: Sendable, Equatable {
    /// What the person declared when the state was begun; skills by number.
    public struct Prior: Sendable, Equatable {
        public enum Level: String, Sendable, CaseIterable { case beginner, intermediate, advanced, expert }

        public static let skillsMax = 250

        public var level: Level?
        public var strengths: [Int32]
        public var weaknesses: [Int32]

        public init(level: Level? = nil, strengths: [Int32] = [], weaknesses: [Int32] = []) {
            self.level = level
            self.strengths = strengths
            self.weaknesses = weaknesses
        }
    }

    /// What people say of themselves, by name.
    public struct Declared: Sendable, Equatable {
        public let experienceLevel: String?
        public let skillLevel: String?
        public let strengths: [String]
        public let weaknesses: [String]
    }

    public var learnedCount: Int
    /// The name of the coefficients that `state` was made with.
    public var coefficients: String?
    public var state: [UInt8]?
    public var prior: Prior
    /// Whether the state was made anew since the person's answers changed, so that it is not what each answer in turn made.
    public var isReviewed: Bool

    /// The person's row; nil for somebody of whom nothing is kept.
    public static func find(_ person: UUID, in transaction: Transaction) async throws -> LearnerPerson? {
        try await transaction.query(
            """
            SELECT learned_count, coefficients, state, prior_level, prior_strengths, prior_weaknesses, is_reviewed
            FROM learner_people WHERE user_id = \(person)
            """
        ).first.map(LearnerPerson.init(row:))
    }

    /// - Parameter row: of `learner_people`.
    init(row: Row) throws {
        learnedCount = Int(try row.decode("learned_count", as: Int32.self))
        coefficients = try row.decode("coefficients", as: String?.self)
        state = try row.decode("state", as: [UInt8]?.self)
        let level = try row.decode("prior_level", as: String?.self)
        prior = Prior(
            level: level == nil ? nil : try row.choice("prior_level"),
            strengths: try row.decode("prior_strengths", as: [Int32].self),
            weaknesses: try row.decode("prior_weaknesses", as: [Int32].self))
        isReviewed = try row.decode("is_reviewed", as: Bool.self)
    }

    /// Keeps what is known of a person, whose row is there and locked.
    public func store(of person: UUID, in transaction: Transaction) async throws {
        try await transaction.query(
            """
            UPDATE learner_people SET learned_count = \(Int32(learnedCount)), coefficients = \(optional: coefficients),
                state = \(optional: state), prior_level = \(optional: prior.level?.rawValue),
                prior_strengths = \(prior.strengths), prior_weaknesses = \(prior.weaknesses),
                is_reviewed = \(isReviewed), updated_at = now()
            WHERE user_id = \(person)
            """)
    }

    /// What a person declares now, in profile and pattern.
    public static func declared(by person: UUID, in transaction: Transaction) async throws -> Declared? {
        try await transaction.query(
            """
            SELECT u.experience_level, p.skill_level, u.skills || coalesce(p.strengths, '{}') AS strengths,
                coalesce(p.weaknesses, '{}') AS weaknesses
            FROM users u LEFT JOIN user_patterns p ON p.user_id = u.id WHERE u.id = \(person)
            """
        ).first.map { row in
            Declared(
                experienceLevel: try row.decode("experience_level", as: String?.self),
                skillLevel: try row.decode("skill_level", as: String?.self),
                strengths: try row.decode("strengths", as: [String].self),
                weaknesses: try row.decode("weaknesses", as: [String].self))
        }
    }

    /// The answers that a person's state is made from, in the order in which they were given.
    public static func answers(of person: UUID, in transaction: Transaction) async throws -> [Answer] {
        try await transaction.query(
            """
            SELECT \(Answer.columns) FROM answers
            WHERE user_id = \(person) AND learned_sequence IS NOT NULL AND score IS NOT NULL
            ORDER BY answered_at, number
            """
        ).map(Answer.init(row:))
    }
}
