import Catalog
import Foundation
import Learner
import Recommend

/// What a person works towards, as far as they showed it: the post that they stored last, the weaknesses that they name, and
/// what their latest sessions are for.
struct PersonNeeds: Sendable {
    /// Sessions that are looked at, the latest.
    private static let sessionsMax = 3
    /// What the latest session's post or role weighs beside a stored post; each earlier one weighs half of the next.
    private static let sessionWeight = 0.8
    /// Skills of a role, the commonest of its questions.
    private static let roleSkillsMax = 40
    /// How well a role must fit a session's title.
    private static let roleFitMin = 0.6
    /// What was practised and nothing else asks for.
    private static let practisedWeight = 0.3

    let learner: LearnerService
    let jobs: JobDescriptionStore
    let sessions: SessionStore
    let index: QuestionIndex
    let roles: RolesCatalog
    let suggestions: QuestionSuggestions

    /// Needs of weight 0...1: of each post or role the weightiest has that one's weight, the others less in proportion. None
    /// where the person showed nothing yet.
    func find(_ person: UUID, _ state: PersonState, _ profile: UserPatternDraft?) async throws -> [SkillNeed] {
        var needs: [SkillNeed] = []
        if let post = try await jobs.list(owner: person, limit: 1, offset: 0).0.first, post.ownerID == person {
            needs += Self.scaled(needsOfPost(post.draft.description, role: post.draft.role), to: 1)
        }
        for weakness in profile?.weaknesses ?? [] {
            needs.append(SkillNeed(name: weakness, skills: learner.numbers(ofSkills: [weakness]), weight: 1))
        }
        var weight = Self.sessionWeight
        for session in try await sessions.list(of: person, limit: Self.sessionsMax, offset: 0).page {
            let draft = session.draft
            let found =
                if let post = draft.jobDescription { needsOfPost(post, role: draft.role) } else {
                    try await needsOfRole(draft.role)
                }
            needs += Self.scaled(found, to: weight)
            weight /= 2
        }
        needs.removeAll { $0.skills.isEmpty }
        if needs.isEmpty { return [] }
        let names = learner.numbers.skillNames
        for trace in state.skills where trace.tries > 0 {
            guard let name = names[trace.skill] else { continue }
            needs.append(SkillNeed(name: name, skills: [trace.skill], weight: Self.practisedWeight))
        }
        return needs
    }

    private func needsOfPost(_ post: String, role: String) -> [SkillNeed] {
        PostNeeds(post, role: role, suggestions: suggestions, learner: learner).needs
    }

    /// The skills of the questions that are asked of a role, by how many questions test them.
    private func needsOfRole(_ title: String) async throws -> [SkillNeed] {
        let names = roles.fit(ofTitle: title).filter { $0.value >= Self.roleFitMin }.map(\.key).sorted()
        if names.isEmpty { return [] }
        return try await index.skillCounts(ofRoles: names, limit: Self.roleSkillsMax).map { skill in
            SkillNeed(
                name: skill.name, skills: learner.numbers(ofSkills: [skill.name]),
                weight: Double(skill.count).squareRoot())
        }
    }

    private static func scaled(_ needs: [SkillNeed], to greatest: Double) -> [SkillNeed] {
        guard let most = needs.map(\.weight).max(), most > 0 else { return [] }
        return needs.map { SkillNeed(name: $0.name, skills: $0.skills, weight: $0.weight / most * greatest) }
    }
}
