/// What the model finds of people whose truth is known.
public struct SimulatedReport: Codable, Equatable, Sendable {
    public var answers: LearnerReport
    /// The area that the true probabilities reach on the same answers: no model is expected above.
    public var bestAuc: Double?
    /// Share of test answers whose true probability lies within the prediction's interval.
    public var coverage: Double
    /// Mean distance of the prediction from the true probability.
    public var meanDistance: Double
}

/// Plays a simulated log and compares with its truth.
public struct SimulatedEvaluation {
    public let coefficients: LearnerCoefficients

    public init(coefficients: LearnerCoefficients) { self.coefficients = coefficients }

    public func run(_ population: SimulatedPopulation) throws -> SimulatedReport {
        let truth = try population.generate()
        var replay = try LearnerReplay(truth.log, coefficients: coefficients)
        var inside = 0
        var distance = 0.0
        var count = 0
        var best: [Float] = []
        var good: [Bool] = []
        for (row, probability) in zip(truth.log.rows, truth.probabilities) {
            let prediction = try replay.take(row)
            guard row.isTest else { continue }
            let true32 = Float(probability)
            count += 1
            if prediction.lower <= true32, true32 <= prediction.upper { inside += 1 }
            distance += Double(abs(prediction.probability - true32))
            best.append(true32)
            good.append(row.score >= coefficients.learning.goodScore)
        }
        return SimulatedReport(
            answers: try LearnerEvaluation(coefficients: coefficients).run(truth.log, skillOrder: true),
            bestAuc: RankingArea.area(best, good: good), coverage: Double(inside) / Double(max(count, 1)),
            meanDistance: distance / Double(max(count, 1)))
    }
}
