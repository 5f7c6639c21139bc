import Testing

@testable import Learner

@Suite("Intervals as wide as they promise")
struct CalibrationTests {
    private func learned(_ errors: some Sequence<Float>) -> Calibration {
        var calibration = Calibration()
        for error in errors { calibration.learn(error: error, plain: 0.5, slope: 0.2, last: nil) }
        return calibration
    }

    /// A trace whose last answer was `error` off and moved the logit by `moved`.
    private func trace(error: Float, moved: Float) -> SkillTrace {
        var trace = SkillTrace(skill: 0, residual: Gaussian(mean: 0, variance: 1), halfLifeLog2: 0)
        trace.lastStep = 0
        trace.error = error
        trace.moved = moved
        return trace
    }

    @Test("Scores of 0 and 1 leave the variances, graded ones make them smaller; without answers nothing is known")
    func dispersion() {
        #expect(Calibration().dispersion == 1 && Calibration().spread == 1)
        #expect(abs(learned((0..<1_000).map { $0 % 2 == 0 ? 0.5 : -0.5 }).dispersion - 1) < 0.001)
        #expect(abs(learned((0..<5_000).map { $0 % 2 == 0 ? 0.25 : -0.25 }).dispersion - 0.25) < 0.02)
        #expect(learned([0.01, 0.01]).dispersion > 0.95)
        #expect(learned(repeatElement(0, count: 20_000)).dispersion == 0.05)
    }

    @Test("Errors that agree make the beliefs about people wider, errors that disagree narrower, within bounds")
    func spread() {
        func spread(_ errors: (Float, Float), answers: Int = 20_000) -> Float {
            var calibration = Calibration()
            for _ in 0..<answers {
                calibration.learn(
                    error: errors.1, plain: 0.5, slope: 0.2, last: trace(error: errors.0, moved: errors.0))
            }
            return calibration.spread
        }
        // What the first error took off the second is .2 × .5 × .5 = .05.
        #expect(abs(spread((0.5, 0.05)) - 1.48) < 0.02)
        #expect(abs(spread((0.5, -0.05)) - 0.52) < 0.02)
        #expect(spread((0.5, 0.5)) == 4 && spread((-0.5, 0.5)) == 0.25)
        #expect(spread((0.5, 0.05), answers: 10) < 1.02)
    }

    @Test("The truth lies in the intervals of graded answers as often as in those of answers that are good or not")
    func coverage() throws {
        for isGraded in [false, true] {
            var population = Fixtures.population(seed: 21, people: 300)
            population.graded = isGraded
            let report = try SimulatedEvaluation(coefficients: Fixtures.coefficients()).run(population)
            #expect((0.8...0.97).contains(report.coverage), "graded: \(isGraded)")
        }
    }

    @Test("A state of version 1, which knows no calibration, is still read")
    func olderState() throws {
        let coefficients = try Fixtures.coefficients()
        var model = try LearnerModel(coefficients: coefficients, questionCount: 1, skillCount: 1)
        var person = PersonState(coefficients: coefficients)
        try model.answer(&person, question: 0, skills: SkillTags(0), score: 0.75)
        var bytes = person.bytes(coefficients: coefficients)
        let skillsEnd = 71 + 61
        bytes.removeSubrange(skillsEnd - 8..<skillsEnd)
        bytes[4] = 1
        bytes.removeLast(StateHeader.checksumBytes)
        let checksum = StateHeader.checksum(bytes[...])
        withUnsafeBytes(of: checksum.littleEndian) { bytes.append(contentsOf: $0) }
        var read = try PersonState(bytes: bytes, coefficients: coefficients)
        #expect(read != person && read.skills[0].error == 0 && read.skills[0].moved == 0)
        read.skills[0].error = person.skills[0].error
        read.skills[0].moved = person.skills[0].moved
        #expect(read == person)
    }
}
