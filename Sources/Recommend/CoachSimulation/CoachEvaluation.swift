public import Learner

/// Compares the coach with other policies on simulated people.
///
/// Within a seed all policies meet the same people, bank and days between sittings, and a model that learned from the same
/// past; each policy's model then learns from its own people's answers. Intervals are over seeds: a seed's people share a
/// bank and a model, so they are one observation.
public struct CoachEvaluation {
    public let coefficients: LearnerCoefficients
    public let policy: CoachPolicy

    public static let seedsMax = 1_000

    public init(coefficients: LearnerCoefficients, policy: CoachPolicy) {
        self.coefficients = coefficients
        self.policy = policy
    }

    /// Plays every policy for `seeds` seeds from `firstSeed` on.
    /// - Throws: `CoachInputError`, `LearnerInputError`, `CoefficientsError`, `CancellationError`.
    public func run(
        _ simulation: CoachSimulation, seeds: Int, firstSeed: UInt64 = 1,
        policies: [SimulatedPolicy] = SimulatedPolicy.allCases
    ) throws -> CoachReport.Population {
        try simulation.check()
        guard (1...Self.seedsMax).contains(seeds) else {
            throw CoachInputError.count(field: "seeds", received: seeds, allowed: 1...Self.seedsMax)
        }
        var gained: [SimulatedPolicy: [Double]] = [:]
        var delayed: [SimulatedPolicy: [Double]] = [:]
        var probability: [SimulatedPolicy: (sum: Double, count: Int)] = [:]
        var readiness = ReadinessCheck()
        let scale = 100 * 100 / Double(simulation.answers)
        for seed in 0..<UInt64(seeds) {
            let play = try PolicySimulation(
                simulation, policy: policy, coefficients: coefficients, seed: firstSeed &+ seed)
            for way in policies {
                try Task.checkCancellation()
                let outcome = try play.run(way)
                let people = Double(outcome.gained.count)
                gained[way, default: []].append(scale * outcome.gained.reduce(0, +) / people)
                delayed[way, default: []].append(scale * outcome.gainedDelayed.reduce(0, +) / people)
                readiness.add(outcome.readiness)
                let sum = probability[way] ?? (0, 0)
                probability[way] = (sum.sum + outcome.probabilitySum, sum.count + outcome.answers)
            }
        }
        let figures = policies.map { way in
            let taken = probability[way] ?? (0, 0)
            return CoachReport.Figures(
                policy: way, gained: MeanWithInterval(gained[way] ?? []),
                gainedDelayed: MeanWithInterval(delayed[way] ?? []),
                probability: taken.sum / Double(max(taken.count, 1)), coachAhead: Self.ahead(gained, of: way),
                coachAheadDelayed: Self.ahead(delayed, of: way))
        }
        return CoachReport.Population(
            name: simulation.name, peoplePerSeed: simulation.people, seeds: seeds,
            answersPerPerson: simulation.answers, figures: figures, readinessCoverage: readiness.coverage,
            readinessDistance: readiness.meanDistance,
            readinessOverallCoverage: readiness.overallCoverage)
    }

    private static func ahead(
        _ values: [SimulatedPolicy: [Double]], of way: SimulatedPolicy
    ) -> MeanWithInterval? {
        guard way != .coach, let coach = values[.coach], let other = values[way] else { return nil }
        return MeanWithInterval(zip(coach, other).map { $0 - $1 })
    }
}
