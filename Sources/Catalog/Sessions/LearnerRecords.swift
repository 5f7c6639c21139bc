public import Foundation
public import Storage

/// What the learner keeps in PostgreSQL, as bytes and numbers: the log that all instances learn from in one order, people,
/// questions, skills and checkpoints. The catalog does not know what the bytes mean.
public enum LearnerRecords {
    /// The end of the log and the next numbers.
    public struct Head: Sendable, Equatable {
        public var sequence: Int64
        public var questionCount: Int
        public var skillCount: Int
    }

    /// A step of the log.
    public struct Step: Sendable, Equatable {
        public let sequence: Int64
        public let question: Int32
        public let difficulty: Difficulty?
        public let skills: [Int32]
        public let score: Float
        public let seconds: Double
        public let coefficients: String
        public let person: [UInt8]

        public init(
            sequence: Int64, question: Int32, difficulty: Difficulty?, skills: [Int32], score: Float, seconds: Double,
            coefficients: String, person: [UInt8]
        ) {
            self.sequence = sequence
            self.question = question
            self.difficulty = difficulty
            self.skills = skills
            self.score = score
            self.seconds = seconds
            self.coefficients = coefficients
            self.person = person
        }
    }

    /// Locks the head until the transaction ends: learning has one order.
    public static func lockHead(in transaction: Transaction) async throws -> Head {
        try head(try await transaction.query("SELECT \(headColumns) FROM learner_model FOR NO KEY UPDATE"))
    }

    public static func head(in database: Database) async throws -> Head {
        try head(try await database.query("SELECT \(headColumns) FROM learner_model"))
    }

    public static func setHead(_ head: Head, in transaction: Transaction) async throws {
        try await transaction.query(
            """
            UPDATE learner_model SET head_sequence = \(head.sequence), question_count = \(Int32(head.questionCount)),
                skill_count = \(Int32(head.skillCount))
            """)
    }

    private static let headColumns: Statement = "head_sequence, question_count, skill_count"

    private static func head(_ rows: Rows) throws -> Head {
        guard let row = rows.first else { preconditionFailure("the table learner_model has one row") }
        return Head(
            sequence: try row.decode("head_sequence", as: Int64.self),
            questionCount: Int(try row.decode("question_count", as: Int32.self)),
            skillCount: Int(try row.decode("skill_count", as: Int32.self)))
    }

    // MARK: Numbers

    public static func numbers(ofQuestions ids: [UUID], in transaction: Transaction) async throws -> [UUID: Int32] {
        try numbers(
            try await transaction.query(
                "SELECT question_id AS key, number FROM learner_questions WHERE question_id = ANY(\(ids))"))
    }

    /// - Parameter names: in small letters.
    public static func numbers(ofSkills names: [String], in transaction: Transaction) async throws -> [String: Int32] {
        try numbers(
            try await transaction.query("SELECT name AS key, number FROM learner_skills WHERE name = ANY(\(names))"))
    }

    /// Gives the next numbers, in this order; the head must be locked. A question that is gone has none: whoever looked for
    /// some may have seen it just before it was deleted.
    public static func number(questions ids: [UUID], _ head: inout Head, in transaction: Transaction) async throws {
        try await transaction.query(
            """
            INSERT INTO learner_questions (question_id, number)
            SELECT q.id, \(Int64(head.questionCount)) + given.place - 1
            FROM unnest(\(ids)) WITH ORDINALITY AS given (id, place)
            JOIN (SELECT id FROM questions WHERE id = ANY(\(ids)) FOR KEY SHARE) q ON q.id = given.id
            """)
        head.questionCount += ids.count
    }

    /// Gives the next numbers, in this order; the head must be locked.
    public static func number(skills names: [String], _ head: inout Head, in transaction: Transaction) async throws {
        try await transaction.query(
            """
            INSERT INTO learner_skills (name, number)
            SELECT name, \(Int64(head.skillCount)) + place - 1 FROM unnest(\(names)) WITH ORDINALITY AS s (name, place)
            """)
        head.skillCount += names.count
    }

    private static func numbers<Key: Hashable & PostgresDecodable>(_ rows: Rows) throws -> [Key: Int32] {
        var numbers: [Key: Int32] = [:]
        for row in rows { numbers[try row.decode("key")] = try row.decode("number", as: Int32.self) }
        return numbers
    }

    // MARK: The log

    /// Appends a step, moves the head to it, and keeps the question's state.
    public static func append(
        _ step: Step, head: Head, question: UUID, questionState: [UInt8], in transaction: Transaction
    ) async throws {
        try await transaction.query(
            """
            WITH logged AS (
                INSERT INTO learner_log (sequence, question, difficulty_level, skills, score, seconds, coefficients,
                    person)
                VALUES (\(step.sequence), \(step.question), \(optional: step.difficulty?.rawValue), \(step.skills),
                    \(step.score), \(step.seconds), \(step.coefficients), \(step.person))
            ), kept AS (
                UPDATE learner_questions SET state = \(questionState) WHERE question_id = \(question)
            )
            UPDATE learner_model SET head_sequence = \(head.sequence), question_count = \(Int32(head.questionCount)),
                skill_count = \(Int32(head.skillCount))
            """)
    }

    /// Steps after `sequence`, oldest first.
    public static func steps(after sequence: Int64, limit: Int) -> Statement {
        """
        SELECT sequence, question, difficulty_level, skills, score, seconds, coefficients, person FROM learner_log
        WHERE sequence > \(sequence) ORDER BY sequence LIMIT \(Int64(limit))
        """
    }

    public static func step(_ row: Row) throws -> Step {
        let level = try row.decode("difficulty_level", as: String?.self)
        return Step(
            sequence: try row.decode("sequence", as: Int64.self), question: try row.decode("question", as: Int32.self),
            difficulty: level == nil ? nil : try row.choice("difficulty_level"),
            skills: try row.decode("skills", as: [Int32].self), score: try row.decode("score", as: Float.self),
            seconds: try row.decode("seconds", as: Double.self),
            coefficients: try row.decode("coefficients", as: String.self),
            person: try row.decode("person", as: [UInt8].self))
    }
}
