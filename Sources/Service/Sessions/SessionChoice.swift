import Catalog
import Foundation
import Learner
import Recommend

/// Chooses what a new session asks: for a post by the suggestions; for a scenario or a role by its skills and roles and by
/// what the person can answer.
struct SessionChoice: Sendable {
    struct Asked: Sendable {
        let draft: SessionDraft
        let scenario: Scenario?
        let difficulty: Difficulty?
        let count: Int
    }

    struct Chosen: Sendable {
        struct Question: Sendable {
            let candidate: SessionCandidates.Candidate
            let reason: String
            let expected: Prediction?
        }

        let source: Session.QuestionSource
        let questions: [Question]
    }

    /// How many more near questions are looked at than are needed, where the title says nothing.
    private static let nearFactor = 4

    let suggestions: PerGeneration<QuestionSuggestions>
    let search: PerGeneration<QuestionSearch>
    let candidates: SessionCandidates
    let roles: RolesCatalog
    let learner: LearnerService

    func choose(_ asked: Asked, for person: UUID) async throws -> Chosen {
        if let post = asked.draft.jobDescription { return try await suggested(post, asked, person) }
        let source: Session.QuestionSource = asked.scenario == nil ? .role : .scenario
        let title = asked.scenario?.role ?? asked.draft.role
        let named = roles.fit(ofTitle: title)
        let fit = named.isEmpty ? roles.fit(ofTitle: asked.draft.jobTitle ?? title) : named
        let focus = asked.scenario?.focusSkills ?? []
        var found = try await candidates.find(roles: fit.filter { $0.value >= 0.6 }.map(\.key), skills: focus)
        if found.count < asked.count { found += try await near(title, asked, besides: Set(found.map(\.id))) }
        let selection = SessionSelection(
            mode: asked.draft.mode, difficulty: asked.difficulty ?? asked.scenario?.difficulty, roleFit: fit,
            focus: focus.map(learner.numbers.key), skillKey: learner.numbers.key,
            predictions: try await learner.predict(person: person, questions: found.map(\.id)),
            resting: try await candidates.resting(of: person))
        let choices = selection.choose(asked.count, from: found)
        return Chosen(
            source: source,
            questions: choices.map {
                Chosen.Question(candidate: $0.candidate, reason: $0.reason, expected: $0.expected)
            })
    }

    private func suggested(_ post: String, _ asked: Asked, _ person: UUID) async throws -> Chosen {
        let set = try await suggestions.current.run(
            try SuggestionRequest(
                post: post, role: asked.draft.jobTitle ?? asked.draft.role,
                difficulty: (asked.difficulty ?? .medium).rawValue, count: asked.count))
        let ids = set.suggestions.map(\.question.id)
        let stored = try await candidates.find(ids)
        let byID = Dictionary(uniqueKeysWithValues: stored.map { ($0.id, $0) })
        let predictions = try await learner.predict(person: person, questions: ids)
        return Chosen(
            source: .jobDescription,
            questions: set.suggestions.compactMap { suggestion in
                byID[suggestion.question.id].map { candidate in
                    Chosen.Question(
                        candidate: candidate, reason: suggestion.reason, expected: predictions[candidate.id])
                }
            })
    }

    /// Questions near in meaning to a title that names no known role, or one with too few questions.
    private func near(
        _ title: String, _ asked: Asked, besides taken: Set<UUID>
    ) async throws -> [SessionCandidates.Candidate] {
        let text = [title, asked.draft.jobTitle].compactMap(\.self).joined(separator: ", ")
        let answer = try await search.current.run(
            text, filter: nil, minScore: nil, limit: Self.nearFactor * asked.count + taken.count)
        let ids = answer.hits.map(\.question.id).filter { !taken.contains($0) }
        return try await candidates.find(Array(ids.prefix(Self.nearFactor * asked.count)))
    }
}
