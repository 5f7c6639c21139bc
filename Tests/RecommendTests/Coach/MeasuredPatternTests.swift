import Learner
import Testing

@testable import Recommend

@Suite("Coach: patterns from answers")
struct MeasuredPatternTests {
    /// Somebody who answers skill 0 well, skill 1 badly, and skill 2 once.
    private func practised() throws -> (PersonState, [SkillMastery]) {
        var model = try LearnerModel(coefficients: .shipped(), questionCount: 60, skillCount: 3)
        var person = PersonState(coefficients: model.coefficients)
        for round in 0..<20 as Range<Int32> {
            try model.answer(&person, question: 2 * round, skills: SkillTags(0), score: 1, seconds: 1e9)
            try model.answer(&person, question: 2 * round + 1, skills: SkillTags(1), score: 0, seconds: 1e9)
        }
        try model.answer(&person, question: 50, skills: SkillTags(2), score: 0, seconds: 1e9)
        return (person, model.mastery(person, skills: [0, 1, 2], seconds: 1e9))
    }

    @Test("Strong and weak skills are told, not those hardly practised")
    func skills() throws {
        let (person, mastery) = try practised()
        let found = try #require(MeasuredPattern(person, mastery: mastery, scores: []))
        #expect(found.strengths == [0] && found.weaknesses == [1])
        #expect(found.trend == nil && [.beginner, .intermediate, .advanced].contains(found.level))
        let none = PersonState(coefficients: try .shipped())
        #expect(MeasuredPattern(none, mastery: [], scores: [1, 1, 1, 1, 1, 1, 1, 1]) == nil)
    }

    @Test("The trend compares the later answers with the earlier, and is held")
    func trend() throws {
        let (person, mastery) = try practised()
        func trend(_ scores: [Double]) -> Double? {
            MeasuredPattern(person, mastery: mastery, scores: scores)?.trend
        }
        #expect(trend([0, 0, 0, 0, 1, 1, 1, 1]) == 1)
        #expect(trend([1, 1, 1, 1, 0, 0, 0, 0]) == -1)
        #expect(trend(Array(repeating: 0.5, count: 9)) == 0)
        let rising = try #require(trend([0.4, 0.4, 0.4, 0.4, 0.5, 0.5, 0.5, 0.5]))
        #expect(abs(rising - 0.2) < 1e-9)
        #expect(trend([0, 0, 0, 1, 1, 1, 1]) == nil, "too few")
        #expect(trend(Array(repeating: 1, count: 50) + Array(repeating: 0.5, count: 40)) == 0, "the latest alone")
    }
}
