import Catalog
import Foundation
import Learner
import Logging
import Recommend

/// Finds, for one person after another, what was useful to people whose answers went alike. A job of the leader's: requests
/// only read what it kept.
struct NeighbourFinder: Sendable {
    /// People whose neighbours one step looks for.
    static let peopleMax = 20
    /// The most alike of those who have something in common.
    private static let neighboursMax = 50

    let store: NeighbourStore
    let learner: LearnerService

    /// Looks for the neighbours of some people whose turn it is.
    /// - Returns: how many people had their turn.
    func step() async throws -> Int {
        let people = try await store.due(coefficients: learner.coefficients.name, limit: Self.peopleMax)
        let bank = learner.numbers.allQuestions
        let ids = Dictionary(bank.map { ($0.value.number, $0.key) }) { first, _ in first }
        for person in people {
            let scores = try await scores(of: person, bank).compactMap { score in
                ids[score.question].map { (question: $0, score: score.score) }
            }
            try await store.put(scores, of: person)
        }
        return people.count
    }

    private func scores(
        of person: NeighbourStore.Person, _ bank: [UUID: LearnerNumbers.Known]
    ) async throws -> [AggregateScore] {
        guard let state = state(person) else { return [] }
        let candidates = try await store.candidates(for: person.id, coefficients: learner.coefficients.name)
        let traits = Self.traits(of: person)
        let alike = candidates.compactMap { candidate -> (id: UUID, likeness: Double)? in
            guard let other = self.state(candidate) else { return nil }
            let declared = traits.agreement(with: Self.traits(of: candidate))
            let likeness = PersonLikeness.between(state, other, declared: declared)
            return likeness > 0 ? (candidate.id, likeness) : nil
        }
        // Sorting keeps equals in the order in which they came: those with the most in common first.
        let ordered = alike.enumerated()
            .sorted { ($1.element.likeness, $0.offset) < ($0.element.likeness, $1.offset) }
            .prefix(Self.neighboursMax).map(\.element)
        guard ordered.count >= SimilarPeople.peopleMin else { return [] }
        let outcomes = try await store.outcomes(of: ordered.map(\.id))
        let people = ordered.enumerated().map { number, neighbour in
            let answers = (outcomes[neighbour.id] ?? []).compactMap { outcome in
                bank[outcome.question].map {
                    PracticeGains.Answer(question: $0.number, skills: $0.skills, score: outcome.score)
                }
            }
            return SimilarPerson(
                person: UInt64(number), likeness: neighbour.likeness, outcomes: PracticeGains.outcomes(answers))
        }
        return SimilarPeople.scores(people).sorted { ($1.score, $0.question) < ($0.score, $1.question) }
            .prefix(NeighbourStore.scoresMax).map(\.self)
    }

    private static func traits(of person: NeighbourStore.Person) -> DeclaredTraits {
        DeclaredTraits(strengths: person.strengths, weaknesses: person.weaknesses)
    }

    private func state(_ person: NeighbourStore.Person) -> PersonState? {
        do {
            return try PersonState(bytes: person.state, coefficients: learner.coefficients)
        } catch {
            learner.logger.warning("a person's state cannot be read", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
