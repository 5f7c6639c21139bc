import Learner
import Testing

@testable import Recommend

@Suite("Coach: readiness")
struct ReadinessTests {
    private let needs = [
        SkillNeed(name: "strong", skills: [0], weight: 1), SkillNeed(name: "weak", skills: [1, 2], weight: 3),
    ]

    private func practised() throws -> (model: LearnerModel, person: PersonState) {
        var model = try LearnerModel(coefficients: .shipped(), questionCount: 60, skillCount: 4)
        var person = PersonState(coefficients: model.coefficients)
        for round in 0..<20 as Range<Int32> {
            try model.answer(&person, question: 3 * round, skills: SkillTags(0), score: 1, seconds: 1e9)
            try model.answer(
                &person, question: 3 * round + 1, skills: SkillTags(1), score: round % 3 == 0 ? 1 : 0, seconds: 1e9)
        }
        return (model, person)
    }

    @Test("The whole is the weighted mean of the needs, within its interval")
    func overall() throws {
        let (model, person) = try practised()
        let readiness = try Readiness(person, needs: needs, model: model, seconds: 1e9)
        #expect(readiness.needs.map(\.share) == [0.25, 0.75])
        #expect(readiness.needs[0].expected > readiness.needs[1].expected)
        #expect(readiness.needs[0].answers == 20 && readiness.needs[1].answers == 20)
        let overall = try #require(readiness.overall)
        let mean = readiness.needs.reduce(0) { $0 + $1.share * $1.expected }
        #expect(abs(overall - mean) < 1e-12)
        let lower = try #require(readiness.lower)
        let upper = try #require(readiness.upper)
        #expect(lower <= overall && overall <= upper)
    }

    @Test("Practice narrows the interval and good answers raise the figure")
    func practice() throws {
        let model = try LearnerModel(coefficients: .shipped(), questionCount: 60, skillCount: 4)
        let before = try Readiness(
            PersonState(coefficients: model.coefficients), needs: [needs[0]], model: model, seconds: 1e9)
        let (after, person) = try practised()
        let later = try Readiness(person, needs: [needs[0]], model: after, seconds: 1e9)
        let spans = try [before, later].map { try #require($0.upper) - #require($0.lower) }
        #expect(spans[1] < spans[0])
        #expect(try #require(later.overall) > #require(before.overall))
    }

    @Test("The steps practise what is asked for, the best first")
    func steps() throws {
        let (model, person) = try practised()
        let readiness = try Readiness(person, needs: needs, model: model, seconds: 1e9)
        let candidates = (0..<60).map { CoachCandidate(question: Int32($0), skills: SkillTags(Int32($0 % 4))) }
        let steps = readiness.steps(from: candidates, person: person, model: model, seconds: 1e9, limit: 8)
        #expect(steps.count == 8)
        #expect(steps.map(\.raise) == steps.map(\.raise).sorted(by: >))
        #expect(steps[0].need == "weak" && steps[0].raise > 0)
        #expect(!steps.contains { $0.question % 4 == 3 })
    }

    @Test("No needs, unknown skills and weights of nothing give no figure; too many and bad weights are refused")
    func edges() throws {
        let (model, person) = try practised()
        let none = try Readiness(
            person,
            needs: [SkillNeed(name: "x", skills: [77, -1], weight: 1), SkillNeed(name: "y", skills: [0], weight: 0)],
            model: model, seconds: 1e9)
        #expect(none.needs.isEmpty && none.overall == nil && none.lower == nil)
        let many = Array(repeating: needs[0], count: 101)
        #expect(throws: CoachInputError.count(field: "needs", received: 101, allowed: 0...100)) {
            try Readiness(person, needs: many, model: model, seconds: 1e9)
        }
        #expect(throws: CoachInputError.self) {
            try Readiness(
                person, needs: [SkillNeed(name: "x", skills: [0], weight: -1)], model: model, seconds: 1e9)
        }
    }
}
