import Foundation
import Testing

@testable import Learner

@Suite("How often answers are good")
struct GoodCurveTests {
    /// Answers whose probability of being good is a logistic curve of the strength, and whose graded score is .28 or .78 on
    /// average; the logit is that of the expected score.
    private func answers(seed: UInt64, graded: Bool) -> [(logit: Float, truth: Float, isGood: Bool)] {
        var random = SimulationRandom(seed: seed)
        return (0..<20_000).map { _ in
            let truth = 1 / (1 + exp(-random.normal()))
            let score = graded ? 0.28 + 0.5 * truth : truth
            return (Float(log(score / (1 - score))), Float(truth), random.unit() < truth)
        }
    }

    @Test("Scores of 0 and 1 leave the curve where it begins", arguments: [1, 2] as [UInt64])
    func binary(seed: UInt64) {
        var curve = GoodCurve()
        for answer in answers(seed: seed, graded: false) { curve.learn(answer.logit, good: answer.isGood) }
        #expect(abs(curve.shift) < 0.1 && abs(curve.slope - 1) < 0.15, "seed \(seed)")
    }

    @Test("Of graded scores it learns how often they are good", arguments: [3, 4] as [UInt64])
    func graded(seed: UInt64) {
        var curve = GoodCurve()
        let all = answers(seed: seed, graded: true)
        for answer in all { curve.learn(answer.logit, good: answer.isGood) }
        #expect(curve.slope > 1.5, "seed \(seed)")
        let distance =
            all.reduce(0) { $0 + abs(Elementary.logistic(curve.logit($1.logit)) - $1.truth) } / Float(all.count)
        let untouched = all.reduce(0) { $0 + abs(Elementary.logistic($1.logit) - $1.truth) } / Float(all.count)
        #expect(distance < 0.03 && untouched > 0.08, "seed \(seed): \(distance), \(untouched)")
    }

    @Test("A prediction's chance of a good answer follows it and keeps its interval's order")
    func prediction() throws {
        var population = Fixtures.population(seed: 5, people: 200)
        population.graded = true
        let run = try Fixtures.replay(population.generate().log, Fixtures.coefficients())
        #expect(run.model.goodCurve.slope > 1)
        for prediction in run.predictions {
            #expect(prediction.good.lower <= prediction.good.probability)
            #expect(prediction.good.probability <= prediction.good.upper)
            #expect(prediction.lower <= prediction.probability && prediction.probability <= prediction.upper)
        }
    }
}
