import Foundation
import Testing

@testable import Learner

@Suite("People whose truth is known")
struct PopulationTests {
    @Test("Predictions are calibrated, beat the mean by far and lie near the truth", arguments: [11, 12] as [UInt64])
    func calibration(seed: UInt64) throws {
        let population = Fixtures.population(seed: seed, people: 600)
        let report = try SimulatedEvaluation(coefficients: Fixtures.coefficients()).run(population)
        let auc = try #require(report.answers.auc)
        let best = try #require(report.bestAuc)
        #expect(report.answers.calibrationError < 0.03, "seed \(seed)")
        #expect(auc > 0.5 + 0.65 * (best - 0.5), "seed \(seed)")
        #expect(auc < best, "seed \(seed)")
        #expect(report.coverage > 0.75 && report.coverage < 0.99, "seed \(seed)")
        #expect(report.meanDistance < 0.15, "seed \(seed)")
    }

    @Test("The order of weak skills is better than everyone's mean and one's own")
    func skillOrder() throws {
        var population = Fixtures.population(seed: 13, people: 500)
        population.furtherSkills = 0
        population.daysBetween = nil
        let log = try population.generate().log
        let order = try #require(
            LearnerEvaluation(coefficients: Fixtures.coefficients()).run(log, skillOrder: true).skillOrder)
        #expect(order.pairs > 1_000)
        #expect(order.model > order.everyonesMean)
        #expect(order.model > order.ownMean)
    }

    @Test("Graded logs are taken, and one seed gives one log")
    func graded() throws {
        var population = Fixtures.population(seed: 14, people: 50)
        population.graded = true
        let first = try population.generate()
        #expect(try population.generate().log.rows == first.log.rows)
        let report = try LearnerEvaluation(coefficients: Fixtures.coefficients()).run(first.log)
        #expect(report.testAnswers == first.log.rows.count { $0.isTest })
        #expect(report.logLoss < 0.75)
        population.people = 0
        #expect(throws: LearnerInputError.self) { try population.generate() }
    }
}
