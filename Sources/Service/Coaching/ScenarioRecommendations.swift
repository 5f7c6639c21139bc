import Catalog
import Foundation
import Learner
import Recommend

/// Orders scenarios by how much practice of them is worth to a person: those where a good answer is expected a little more
/// often than not come first.
struct ScenarioRecommendations: Sendable {
    struct Chosen: Sendable {
        let scenario: Scenario
        /// 0...1
        let relevance: Double
        /// How well the person would do on its skills, with an interval; nil where nobody answered any of them.
        let expected: (overall: Double, lower: Double, upper: Double)?
    }

    /// The middle of the band in which most is learned.
    private static let target = 0.675

    let scenarios: ScenarioStore
    let learner: LearnerService

    func choose(
        _ count: Int, for person: UUID, profile: UserPatternDraft?, at now: Date = Date()
    ) async throws -> [Chosen] {
        let state = try await learner.state(of: person, declaring: profile)
        let model = try learner.model(knowing: learner.numbers.allQuestions.values)
        return try await scenarios.all().map { scenario in
            let needs = scenario.focusSkills.compactMap { skill in
                learner.numbers.number(ofSkill: learner.numbers.key(skill)).map {
                    SkillNeed(name: skill, skills: [$0])
                }
            }
            let readiness = try Readiness(state, needs: needs, model: model, seconds: now.timeIntervalSince1970)
            guard let overall = readiness.overall, let lower = readiness.lower, let upper = readiness.upper else {
                return Chosen(scenario: scenario, relevance: 0, expected: nil)
            }
            let distance = abs(overall - Self.target) / max(Self.target, 1 - Self.target)
            return Chosen(scenario: scenario, relevance: 1 - min(1, distance), expected: (overall, lower, upper))
        }
        .sorted { ($1.relevance, $0.scenario.id) < ($0.relevance, $1.scenario.id) }
        .prefix(count).map(\.self)
    }
}
