import Learner
import Testing

@testable import Recommend

@Suite("Coach: question health")
struct QuestionHealthTests {
    private func health(
        _ state: QuestionState, _ label: DifficultyLabel?, _ reactions: QuestionHealth.Reactions = .init()
    ) throws -> QuestionHealth {
        QuestionHealth(state, label: label, reactions: reactions, coefficients: try .shipped())
    }

    @Test("A new question is healthy, whatever its label")
    func new() throws {
        for label in [nil, DifficultyLabel.easy, .medium, .hard] {
            let found = try health(QuestionState(label: label, coefficients: .shipped()), label)
            #expect(found.weight == 1 && found.flags.isEmpty && found.measuredLabel == nil)
            #expect(found.drift.map { abs($0) < 1e-6 } ?? (label == nil))
        }
    }

    @Test("An answered question whose difficulty is not its label's is flagged, and the label it has is told")
    func drift() throws {
        var model = try LearnerModel(coefficients: .shipped(), questionCount: 20, skillCount: 1)
        for question in 0..<20 as Range<Int32> {
            model[question] = QuestionState(label: .hard, coefficients: model.coefficients)
        }
        for _ in 0..<80 {
            var person = PersonState(coefficients: model.coefficients)
            for question in 0..<20 as Range<Int32> {
                // The first goes well with everybody, the others in half of the cases.
                let score: Float = question == 0 ? 1 : question % 2 == 0 ? 1 : 0
                try model.answer(&person, question: question, skills: SkillTags(0), score: score)
            }
        }
        let easy = try health(model[0], .hard)
        #expect(easy.flags.contains(.easierThanLabel))
        #expect(easy.measuredLabel == .easy)
        #expect(easy.weight < 1)
        let hard = try health(model[1], .easy)
        #expect(hard.flags.contains(.harderThanLabel) && hard.measuredLabel == .hard)
    }

    @Test("A question that able people answer worse is flagged")
    func discrimination() throws {
        var model = try LearnerModel(coefficients: .shipped(), questionCount: 40, skillCount: 1)
        for person in 0..<160 {
            var state = PersonState(coefficients: model.coefficients)
            let isAble = person % 2 == 0
            for question in 1..<20 as Range<Int32> {
                try model.answer(&state, question: question, skills: SkillTags(0), score: isAble ? 1 : 0)
            }
            try model.answer(&state, question: 0, skills: SkillTags(0), score: isAble ? 0 : 1)
        }
        let bad = try health(model[0], nil)
        #expect(bad.flags.contains(.discriminatesPoorly))
        #expect(bad.discrimination < 0)
        #expect(bad.drift == nil)
    }

    @Test("Rates count when they are sure: one report of three is nothing yet, thirty of three hundred are")
    func rates() throws {
        let state = QuestionState(coefficients: try .shipped())
        let few = try health(state, nil, .init(shown: 3, skipped: 2, reported: 0))
        #expect(few.flags.isEmpty)
        let many = try health(state, nil, .init(shown: 300, skipped: 240, reported: 30))
        #expect(many.flags == [.oftenSkipped, .oftenReported])
        #expect(many.weight < 0.2)
        #expect(many.skipRateLower > 0.7 && many.skipRateLower < 0.8)
        let odd = QuestionHealth.Reactions(shown: -5, skipped: 9, reported: -1)
        #expect(odd.shown == 0 && odd.skipped == 0 && odd.reported == 0)
    }
}
