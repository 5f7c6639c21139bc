public import Foundation
public import Storage

/// What the learner keeps of people and questions, in few bytes each, so that two states of it can be compared.
public struct LearnerFingerprints: Sendable, Equatable {
    public let people: [UUID: String]
    public let questions: [UUID: String]

    public static func read(in transaction: Transaction) async throws -> LearnerFingerprints {
        LearnerFingerprints(
            people: try await read("SELECT user_id AS id, md5(state) AS hash FROM learner_people", in: transaction),
            questions: try await read(
                "SELECT question_id AS id, md5(state) AS hash FROM learner_questions", in: transaction))
    }

    /// How many people and questions are known otherwise, or on one side alone.
    public func differences(from other: LearnerFingerprints) -> (people: Int, questions: Int) {
        (Self.differences(people, other.people), Self.differences(questions, other.questions))
    }

    private static func differences(_ left: [UUID: String], _ right: [UUID: String]) -> Int {
        Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.count
    }

    private static func read(_ states: Statement, in transaction: Transaction) async throws -> [UUID: String] {
        var hashes: [UUID: String] = [:]
        for row in try await transaction.query("SELECT id, hash FROM (\(states)) s WHERE hash IS NOT NULL") {
            hashes[try row.decode("id", as: UUID.self)] = try row.decode("hash", as: String.self)
        }
        return hashes
    }
}
