import Catalog
import Foundation
import Learner
import Recommend

/// Tells people's patterns from their answers.
struct PatternMeasure: Sendable {
    private static let categoriesMax = 3

    let learner: LearnerService
    let history: PracticeHistory

    /// A person's pattern by their answers, in the form in which people declare one; nil where there are too few.
    func pattern(of person: UUID, at now: Date = Date()) async throws -> UserPatternDraft? {
        let state = try await learner.stateNow(of: person)
        let model = try learner.model(knowing: learner.numbers.allQuestions.values)
        let practised = state.skills.filter { $0.tries > 0 }.map(\.skill).filter { Int($0) < model.skillCount }
        let mastery = model.mastery(state, skills: practised, seconds: now.timeIntervalSince1970)
        let scores = try await history.scores(of: person, limit: MeasuredPattern.trendAnswersMax)
        guard let found = MeasuredPattern(state, mastery: mastery, scores: scores) else { return nil }
        let names = Dictionary(learner.numbers.allSkills.map { ($0.value, $0.key) }) { first, _ in first }
        // A name such as category/behavioral stands for questions without skills: it is no skill to tell of.
        let named = { (skills: [Int32]) in
            skills.compactMap { names[$0] }.filter { !$0.hasPrefix(LearnerNumbers.categoryMark) }
        }
        return try UserPatternDraft(
            skillLevel: found.level.rawValue, performanceTrend: found.trend,
            preferredCategories: try await history.categories(of: person, limit: Self.categoriesMax),
            strengths: named(found.strengths), weaknesses: named(found.weaknesses))
    }
}
