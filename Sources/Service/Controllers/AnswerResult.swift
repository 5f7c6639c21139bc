import Foundation
import Recommend

/// An answer found, as callers see it. Its fields stand twice, on top and in `metadata`, because older clients look there.
struct AnswerResult: Encodable {
    struct Fields: Encodable {
        let userId: String
        let questionId: String?
        let sessionId: String
        /// What the answer was scored, 0..100.
        let answerScore: Double?
    }

    let id: String
    /// Likeness to what was asked.
    let score: Double
    let text: String
    let questionId: String?
    let sessionId: String
    let metadata: Fields

    init(_ hit: AnswerHit) {
        id = hit.id.uuidString.lowercased()
        score = hit.similarity
        text = hit.text
        questionId = hit.questionID
        sessionId = hit.sessionID
        metadata = Fields(
            userId: hit.userID, questionId: hit.questionID, sessionId: hit.sessionID, answerScore: hit.score)
    }
}
