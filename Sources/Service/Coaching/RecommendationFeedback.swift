import Catalog
import Foundation
import Learner
import Logging
import Metrics
import Recommend

/// People's reactions to recommendations, between what the catalog keeps and what the coach reads.
struct RecommendationFeedback: Sendable {
    let store: FeedbackStore
    let numbers: LearnerNumbers
    let logger: Logger

    /// What a person's reactions tell of their next list.
    func feedback(of person: UUID) async throws -> CoachFeedback { decoded(try await store.kept(of: person)) }

    /// Records a reaction, which acts on the very next list.
    func record(
        _ kind: FeedbackKind, to target: FeedbackStore.Target, in list: UUID, by person: UUID, at now: Date = Date()
    ) async throws -> FeedbackStore.Outcome {
        let outcome = try await store.record(kind, to: target, in: list, by: person) { before, reactions in
            try learned(before, reactions, at: now)
        }
        if case .recorded(_, let new) = outcome, new > 0 {
            Counter(label: "recommendation_feedback_total", dimensions: [("kind", kind.rawValue)]).increment(by: new)
        }
        return outcome
    }

    private func learned(
        _ before: [UInt8]?, _ reactions: [FeedbackStore.Reaction], at now: Date
    ) throws -> [UInt8] {
        var feedback = decoded(before)
        for reaction in reactions {
            // Whatever was recommended has a number.
            guard let known = numbers.known(reaction.question) else { continue }
            feedback.learn(
                reaction.kind, question: known.number, skills: known.skills, category: reaction.category,
                seconds: now.timeIntervalSince1970)
        }
        return Array(try JSONEncoder().encode(feedback))
    }

    /// What cannot be read was written by another version: the person is not kept from practising by that.
    private func decoded(_ bytes: [UInt8]?) -> CoachFeedback {
        guard let bytes else { return CoachFeedback() }
        do {
            return try JSONDecoder().decode(CoachFeedback.self, from: Data(bytes))
        } catch {
            logger.warning("a person's reactions cannot be read", metadata: ["error": "\(error)"])
            return CoachFeedback()
        }
    }
}
