import Catalog
import Foundation
import Learner
import Recommend

/// What other people's practice proposes to a person, from aggregates alone: what was useful to people whose answers went
/// alike, and what people answer next after what this person answered last.
struct NeighbourProposals: Sendable {
    private static let limit = 200
    /// The last questions of a person that others' next steps are looked up of; each earlier one counts less.
    private static let lastMax = 5
    private static let lagDecay = 0.7

    let neighbours: NeighbourStore
    let steps: QuestionSteps

    func proposals(
        for person: UUID, answered latest: [UUID: PracticeHistory.Latest], bank: [UUID: LearnerNumbers.Known]
    ) async throws -> [Proposal] {
        let scores = try await neighbours.scores(of: person).prefix(Self.limit).compactMap { entry in
            bank[entry.question].map {
                Proposal(question: $0.number, source: .similarUser, strength: entry.score)
            }
        }
        let last = latest.sorted { ($1.value.answeredAt, $0.key) < ($0.value.answeredAt, $1.key) }
            .prefix(Self.lastMax).map(\.key)
        let next = Self.following(last, try await steps.after(last)).compactMap { entry in
            bank[entry.question].map {
                Proposal(question: $0.number, source: .similarUser, strength: entry.strength)
            }
        }
        return scores + next.prefix(Self.limit)
    }

    /// The mean share of people who go on to a question, over those that the person answered last; the greatest first.
    /// - Parameter last: the latest first.
    static func following(
        _ last: [UUID], _ steps: [UUID: [UUID: Double]]
    ) -> [(question: UUID, strength: Double)] {
        let weights = last.indices.map { pow(lagDecay, Double($0)) }
        let whole = weights.reduce(0, +)
        guard whole > 0 else { return [] }
        return steps.map { question, shares in
            let sum = zip(last, weights).reduce(0) { $0 + (shares[$1.0] ?? 0) * $1.1 }
            return (question: question, strength: sum / whole)
        }
        .sorted { ($1.strength, $0.question) < ($0.strength, $1.question) }
    }
}
