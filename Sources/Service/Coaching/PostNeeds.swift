import Learner
import Recommend

/// What a job post asks for, in the learner's terms.
struct PostNeeds: Sendable {
    private static let needsMax = 12

    let needs: [SkillNeed]
    /// Skills that it asks for and no question of the bank tests.
    let notInBank: [String]

    /// Duties are left out: no skill stands for them.
    init(_ post: String, role: String, suggestions: QuestionSuggestions, learner: LearnerService) {
        var needs: [SkillNeed] = []
        var missing: [String] = []
        let skills = suggestions.reading(of: post, role: role).analysis.needs.filter { $0.kind != .duty }
        for need in skills.prefix(Self.needsMax) {
            let numbers = learner.numbers(ofSkills: [need.name])
            if numbers.isEmpty {
                missing.append(need.name)
            } else {
                needs.append(SkillNeed(name: need.name, skills: numbers, weight: need.weight))
            }
        }
        self.needs = needs
        notInBank = missing
    }
}
