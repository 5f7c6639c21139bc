import Learner
import Testing

@testable import Recommend

@Suite("Coach: gains of practice")
struct PracticeGainsTests {
    private func answer(_ question: Int32, _ skill: Int32, _ score: Double) -> PracticeGains.Answer {
        PracticeGains.Answer(question: question, skills: SkillTags(skill), score: score)
    }

    @Test("The gain is what came after less what came before, of the same skill")
    func gain() throws {
        let outcomes = PracticeGains.outcomes([
            answer(0, 1, 0.2), answer(1, 2, 1), answer(2, 1, 0.4), answer(3, 1, 0.5), answer(4, 2, 0),
            answer(5, 1, 0.9), answer(6, 1, 0.7),
        ])
        #expect(outcomes.map(\.question) == [0, 1, 2, 3, 4, 5, 6])
        #expect(outcomes[0].gain == nil && outcomes[6].gain == nil, "nothing before, nothing after")
        #expect(outcomes[1].gain == nil && outcomes[4].gain == nil)
        let third = try #require(outcomes[2].gain)
        #expect(abs(third - (0.7 - 0.2)) < 1e-12, "the next three are 0.5, 0.9 and 0.7")
        let fourth = try #require(outcomes[3].gain)
        #expect(abs(fourth - (0.8 - 0.3)) < 1e-12)
        #expect(outcomes[3].score == 0.5)
        #expect(PracticeGains.outcomes([]).isEmpty)
    }

    @Test("The nearest three answers count, and none that is far away")
    func nearest() throws {
        let rising = (0..<10).map { answer(Int32($0), 0, Double($0) / 10) }
        let gain = try #require(PracticeGains.outcomes(rising)[5].gain)
        #expect(abs(gain - (0.7 - 0.3)) < 1e-12)
        var far = [answer(0, 0, 0)]
        far += (0..<50).map { answer(Int32($0 + 1), 1, 0.5) }
        far += [answer(90, 0, 1), answer(91, 0, 1)]
        #expect(PracticeGains.outcomes(far)[51].gain == nil)
    }
}
