import Foundation
import Learner
import Testing

@testable import Recommend

@Suite("Coach: simulated people")
struct CoachEvaluationTests {
    private func small(_ name: String = "middle") throws -> CoachSimulation {
        var simulation = try #require(CoachSimulation.varied.first { $0.name == name })
        simulation.people = 12
        simulation.pastPeople = 40
        simulation.sittings = 6
        return simulation
    }

    @Test("On the population it aims at, the coach gains more than every policy without knowledge of the truth")
    func ahead() throws {
        let evaluation = CoachEvaluation(coefficients: try .shipped(), policy: try CoachPolicy())
        let population = try evaluation.run(small(), seeds: 3)
        #expect(population.figures.count == SimulatedPolicy.allCases.count)
        for figures in population.figures where figures.policy != .coach && figures.policy != .knowsTruth {
            let ahead = try #require(figures.coachAhead)
            let delayed = try #require(figures.coachAheadDelayed)
            #expect(ahead.mean > 0, "\(figures.policy)")
            #expect(delayed.mean > 0, "\(figures.policy)")
        }
        let truth = try #require(population.figures.first { $0.policy == .knowsTruth })
        #expect(try #require(truth.coachAhead).mean < 0)
        #expect((0.8...0.97).contains(population.readinessCoverage))
        #expect(population.readinessOverallCoverage > 0.9)
        let coach = try #require(population.figures.first { $0.policy == .coach })
        #expect((0.58...0.75).contains(coach.probability), "questions are chosen in the band or a little below")
    }

    @Test("The same seed gives the same figures, another seed others")
    func replay() throws {
        let evaluation = CoachEvaluation(coefficients: try .shipped(), policy: try CoachPolicy())
        let ways: [SimulatedPolicy] = [.coach, .random]
        let first = try evaluation.run(small(), seeds: 1, policies: ways)
        #expect(try evaluation.run(small(), seeds: 1, policies: ways) == first)
        #expect(try evaluation.run(small(), seeds: 1, firstSeed: 2, policies: ways) != first)
    }

    @Test("Fields outside their range are refused")
    func refused() throws {
        let evaluation = CoachEvaluation(coefficients: try .shipped(), policy: try CoachPolicy())
        var simulation = try small()
        simulation.people = 0
        #expect(throws: CoachInputError.count(field: "people", received: 0, allowed: 1...10_000)) {
            try evaluation.run(simulation, seeds: 1)
        }
        #expect(throws: CoachInputError.self) { try evaluation.run(small(), seeds: 0) }
    }
}
