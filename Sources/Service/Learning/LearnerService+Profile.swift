import Catalog
import Foundation
import Learner

/// What people declare of themselves, in the learner's terms.
extension LearnerService {
    /// What is known of a person; of one without scored answers, what they declare.
    func state(of person: UUID, declaring profile: UserPatternDraft?) async throws -> PersonState {
        let state = try await stateNow(of: person)
        guard state.answers == 0, let profile else { return state }
        let prior = LearnerPerson.Prior(
            level: Self.level(profile.skillLevel), strengths: numbers(ofSkills: profile.strengths),
            weaknesses: numbers(ofSkills: profile.weaknesses))
        return PersonState(prior: PersonPrior(prior), coefficients: coefficients)
    }

    /// The numbers of skills in whatever spelling, in order; those that nobody met are left out.
    func numbers(ofSkills skills: [String]) -> [Int32] {
        let found = skills.compactMap { numbers.number(ofSkill: numbers.key($0)) }
        return Array(Set(found).sorted().prefix(LearnerPerson.Prior.skillsMax))
    }
}
