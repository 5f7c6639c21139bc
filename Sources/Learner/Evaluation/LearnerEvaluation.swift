/// Plays a log through the code that serves: predict, then learn, answer by answer in the log's order.
public struct LearnerEvaluation {
    public let coefficients: LearnerCoefficients

    public init(coefficients: LearnerCoefficients) { self.coefficients = coefficients }

    /// - Parameters:
    ///   - skillOrder: whether to measure the order of weak skills too, in a second pass.
    ///   - progress: called with the share done, 0...1, about a hundred times.
    /// - Throws: `CoefficientsError`, `LearnerInputError`.
    public func run(
        _ log: AnswerLog, skillOrder: Bool = false, progress: (Double) -> Void = { _ in }
    ) throws -> LearnerReport {
        var predictions: [Float] = []
        var scores: [Float] = []
        predictions.reserveCapacity(log.rows.count)
        scores.reserveCapacity(log.rows.count)
        var run = try LearnerReplay(log, coefficients: coefficients)
        let part = max(log.rows.count / 100, 1)
        var took = Duration.zero
        var cpuSeconds = 0.0
        var start = 0
        while start < log.rows.count {
            let end = min(start + part, log.rows.count)
            let began = ContinuousClock.now
            let cpuBegan = LearnerReport.cpuSeconds()
            for index in start..<end {
                let prediction = try run.take(log.rows[index])
                if log.rows[index].isTest {
                    predictions.append(prediction.probability)
                    scores.append(log.rows[index].score)
                }
            }
            took += ContinuousClock.now - began
            cpuSeconds += LearnerReport.cpuSeconds() - cpuBegan
            start = end
            progress(Double(end) / Double(log.rows.count))
        }
        let order = skillOrder ? try SkillOrderEvaluation(coefficients: coefficients).run(log) : nil
        return report(log, predictions, scores, took: took, cpuSeconds: cpuSeconds, order: order)
    }

    private func report(
        _ log: AnswerLog, _ predictions: [Float], _ scores: [Float], took: Duration, cpuSeconds: Double,
        order: SkillOrderReport?
    ) -> LearnerReport {
        let good = scores.map { $0 >= coefficients.learning.goodScore }
        let accurate = zip(predictions, good).count { ($0 >= 0.5) == $1 }
        let ranked = predictions.indices.sorted { predictions[$0] < predictions[$1] }
        var quantile = [Int](repeating: 0, count: predictions.count)
        for (rank, index) in ranked.enumerated() { quantile[index] = rank * 20 / predictions.count }
        return LearnerReport(
            coefficients: coefficients.name, trainAnswers: log.rows.count - predictions.count,
            testAnswers: predictions.count, people: log.personCount, questions: log.questionCount,
            skills: log.skillCount, auc: RankingArea.area(predictions, good: good),
            accuracy: Double(accurate) / Double(max(predictions.count, 1)),
            logLoss: LearnerReport.logLoss(predictions, scores),
            calibrationError: LearnerReport.bins(predictions, scores) { min(Int($1 * 20), 19) },
            calibrationErrorQuantiles: LearnerReport.bins(predictions, scores) { index, _ in quantile[index] },
            microsecondsPerAnswer: Double(took / .nanoseconds(1)) / 1_000 / Double(max(log.rows.count, 1)),
            cpuMicrosecondsPerAnswer: cpuSeconds * 1e6 / Double(max(log.rows.count, 1)), skillOrder: order)
    }
}

/// The model and the people of a log, as they are after the answers taken so far.
struct LearnerReplay {
    var model: LearnerModel
    var people: [PersonState]

    init(_ log: AnswerLog, coefficients: LearnerCoefficients) throws {
        model = try LearnerModel(
            coefficients: coefficients, questionCount: log.questionCount, skillCount: log.skillCount)
        people = Array(repeating: PersonState(coefficients: coefficients), count: log.personCount)
    }

    @inline(__always)
    mutating func take(_ row: AnswerLog.Row) throws(LearnerInputError) -> Prediction {
        try model.answer(
            &people[Int(row.person)], question: row.question, skills: row.skills, score: row.score,
            seconds: row.seconds.isNaN ? nil : row.seconds)
    }
}
