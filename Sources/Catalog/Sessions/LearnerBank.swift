public import Foundation
public import Storage

/// What the learner reads of the bank and of all answers.
public enum LearnerBank {
    /// A question, by what it counts for.
    public struct Item: Sendable, Equatable {
        public let id: UUID
        public let number: Int32?
        public let category: String
        public let difficulty: Difficulty
        public let skills: [String]

        init(row: Row) throws {
            id = try row.decode("id", as: UUID.self)
            number = try row.decode("number", as: Int32?.self)
            category = try row.decode("category", as: String.self)
            difficulty = try row.choice("difficulty_level")
            skills = try row.decode("required_skills", as: [String].self)
        }
    }

    private static let columns: Statement = "q.id, n.number, q.category, q.difficulty_level, q.required_skills"
    private static let source: Statement = "questions q LEFT JOIN learner_questions n ON n.question_id = q.id"

    /// Questions without a number, by id.
    public static func withoutNumber(limit: Int, in transaction: Transaction) async throws -> [Item] {
        try await transaction.query(
            "SELECT \(columns) FROM \(source) WHERE n.number IS NULL ORDER BY q.id LIMIT \(Int64(limit))"
        ).map(Item.init(row:))
    }

    /// Questions after `cursor`, by id.
    public static func page(after cursor: UUID?, limit: Int, in database: Database) async throws -> [Item] {
        let beyond: Statement = cursor.map { "q.id > \($0)" } ?? "true"
        return try await database.query(
            "SELECT \(columns) FROM \(source) WHERE \(beyond) ORDER BY q.id LIMIT \(Int64(limit))"
        ).map(Item.init(row:))
    }

    /// Every skill's number by its name.
    public static func skills(in database: Database) async throws -> [String: Int32] {
        var numbers: [String: Int32] = [:]
        for row in try await database.query("SELECT name, number FROM learner_skills") {
            numbers[try row.decode("name", as: String.self)] = try row.decode("number", as: Int32.self)
        }
        return numbers
    }

    // MARK: All answers

    /// How far a replay is.
    public struct ReplayCursor: Sendable {
        var sequence: Int64 = 0
        var number: Int32 = 0
        var person: UUID?

        public init() {}
    }

    /// Scored answers in the order in which the learner heard of them; those that it never heard of come last. All of
    /// them have a place in the log afterwards.
    public static func replay(
        after cursor: inout ReplayCursor, limit: Int, in transaction: Transaction
    ) async throws -> [Answer] {
        let beyond: Statement =
            cursor.person.map { "(learned_sequence, user_id, number) > (\(cursor.sequence), \($0), \(cursor.number))" }
            ?? "true"
        let answers = try await transaction.query(
            """
            SELECT \(Answer.columns) FROM answers
            WHERE score IS NOT NULL AND question_id IS NOT NULL AND learned_sequence IS NOT NULL AND \(beyond)
            ORDER BY learned_sequence, user_id, number LIMIT \(Int64(limit))
            """
        ).map(Answer.init(row:))
        if let last = answers.last {
            cursor.sequence = last.learnedSequence ?? 0
            cursor.person = last.userID
            cursor.number = Int32(last.number)
        }
        return answers
    }

    /// Gives scored answers that the learner never heard of the place `sequence`, one for all.
    public static func place(unheardAt sequence: Int64, in transaction: Transaction) async throws {
        try await transaction.query(
            """
            UPDATE answers SET learned_sequence = \(sequence)
            WHERE score IS NOT NULL AND question_id IS NOT NULL AND learned_sequence IS NULL
            """)
    }

    /// Removes the states of people who are not among those given.
    public static func forgetPeople(besides people: [UUID], in transaction: Transaction) async throws {
        try await transaction.query(
            """
            UPDATE learner_people SET state = NULL, coefficients = NULL, learned_count = 0, is_reviewed = false
            WHERE user_id <> ALL(\(people))
            """)
    }

    /// Stores the states of all questions.
    /// - Parameter states: of questions by their numbers; nil for one that nobody answered.
    public static func storeQuestionStates(_ states: [[UInt8]?], in transaction: Transaction) async throws {
        let rows = try await transaction.query("SELECT question_id, number FROM learner_questions ORDER BY number")
        var statements: [Statement] = []
        for row in rows {
            let id = try row.decode("question_id", as: UUID.self)
            let number = Int(try row.decode("number", as: Int32.self))
            let bytes = states.indices.contains(number) ? states[number] : nil
            statements.append("UPDATE learner_questions SET state = \(optional: bytes) WHERE question_id = \(id)")
        }
        try await transaction.executeMany(statements)
    }
}
