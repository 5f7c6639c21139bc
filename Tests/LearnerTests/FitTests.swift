import Foundation
import Learner
import Testing

@Suite("Fitting")
struct FitTests {
    private func logs() throws -> [LearnerFit.NamedLog] {
        [LearnerFit.NamedLog(name: "one", log: try Fixtures.population(seed: 21, people: 120).generate().log)]
    }

    private func quickFit() -> LearnerFit {
        var fit = LearnerFit()
        fit.rounds = 0
        fit.folds = 2
        fit.stepsMin = 100
        return fit
    }

    @Test("A fit improves on the unfitted model for people it has not seen, and repeats bit for bit")
    func improves() throws {
        let fit = quickFit()
        let report = try fit.run(try logs(), name: "test-1")
        #expect(try fit.run(try logs(), name: "test-1") == report)
        #expect(report.logs.count == 1 && report.logs[0].logLoss < 0.69)
        let other = try Fixtures.population(seed: 22, people: 120).generate().log
        let fitted = try LearnerEvaluation(coefficients: report.coefficients).run(other)
        let plain = try LearnerEvaluation(coefficients: LearnerCoefficients(name: "plain", fittedOn: "")).run(other)
        #expect(fitted.logLoss < plain.logLoss)
        let read = try LearnerCoefficients(json: report.coefficients.json())
        #expect(read == report.coefficients)
    }

    @Test("Test rows do not enter a fit")
    func testRowsAreUnseen() throws {
        let fit = quickFit()
        let whole = try logs()
        var cut = whole[0].log
        cut.rows.removeAll { $0.isTest }
        let a = try fit.run(whole, name: "x").coefficients.mixer
        let b = try fit.run([LearnerFit.NamedLog(name: "one", log: cut)], name: "x").coefficients.mixer
        #expect(a == b)
    }

    @Test("Counts of folds, rounds and logs outside their ranges are refused")
    func refused() throws {
        var fit = quickFit()
        fit.folds = 1
        #expect(throws: LearnerInputError.self) { try fit.run(try logs(), name: "x") }
        fit.folds = 2
        fit.rounds = 11
        #expect(throws: LearnerInputError.self) { try fit.run(try logs(), name: "x") }
        fit.rounds = 0
        #expect(throws: LearnerInputError.self) { try fit.run([], name: "x") }
    }

    @Test("The shipped coefficients are in range; files out of range are refused by field")
    func coefficients() throws {
        let shipped = try LearnerCoefficients.shipped()
        #expect(!shipped.fittedOn.isEmpty)
        #expect(throws: CoefficientsError.self) { try LearnerCoefficients(json: Data("{}".utf8)) }
        let changes: [(String, (inout LearnerCoefficients) -> Void)] = [
            ("format", { $0.format = 2 }), ("name", { $0.name = "a b" }), ("name", { $0.name = "" }),
            ("beliefs.ability_variance", { $0.beliefs.abilityVariance = 0 }),
            ("beliefs.skill_drift", { $0.beliefs.skillDrift = -1 }),
            ("learning.guess_floor", { $0.learning.guessFloor = 0.5 }),
            ("memory.first_half_life_days", { $0.memory.firstHalfLifeDays = 0 }),
            ("mixer.shared", { $0.mixer.shared = [1] }), ("mixer.gated", { $0.mixer.gated = [] }),
            ("mixer.slopes", { $0.mixer.slopes[0] = 1e9 }),
        ]
        for (field, change) in changes {
            var changed = shipped
            change(&changed)
            let error = #expect(throws: CoefficientsError.self) {
                try LearnerCoefficients(json: changed.json())
            }
            #expect(error?.field == field)
        }
    }
}
