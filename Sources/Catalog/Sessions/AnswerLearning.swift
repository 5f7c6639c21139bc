public import Foundation
public import Storage

/// What makes the learner follow answers, in the transactions that change them. The catalog knows its tables and not its
/// arithmetic.
public struct AnswerLearning: Sendable {
    /// Learns from a scored answer to a question of the bank.
    /// - Returns: its place in the learner's log.
    public let learn: @Sendable (Answer, Transaction) async throws -> Int64?
    /// Makes a person's state anew from their answers, one of which was changed or deleted.
    public let review: @Sendable (UUID, Transaction) async throws -> Void

    public init(
        learn: @escaping @Sendable (Answer, Transaction) async throws -> Int64?,
        review: @escaping @Sendable (UUID, Transaction) async throws -> Void
    ) {
        self.learn = learn
        self.review = review
    }

    /// Learns nothing.
    public static let none = AnswerLearning(learn: { _, _ in nil }, review: { _, _ in })
}
