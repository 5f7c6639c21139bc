import Foundation

/// The figures of one evaluation. All are of the test rows, each predicted before it was learned from.
public struct LearnerReport: Codable, Equatable, Sendable {
    public var coefficients: String
    public var trainAnswers: Int
    public var testAnswers: Int
    public var people: Int
    public var questions: Int
    public var skills: Int
    /// Area under the ROC curve; good answers are those that reach the coefficients' good score. Nil where all are.
    public var auc: Double?
    /// Share of answers on the right side of 1/2.
    public var accuracy: Double
    /// Mean of -(y ln p + (1 - y) ln(1 - p)), natural logarithm.
    public var logLoss: Double
    /// Expected calibration error: twenty bins of equal width over p, the mean over answers of
    /// |mean score - mean p| of their bin.
    public var calibrationError: Double
    /// As above, with twenty bins of equally many answers.
    public var calibrationErrorQuantiles: Double
    /// Wall time of prediction and update together, over train and test rows.
    public var microsecondsPerAnswer: Double
    /// As above by the process's processor time, which other processes on the machine do not disturb.
    public var cpuMicrosecondsPerAnswer: Double
    public var skillOrder: SkillOrderReport?

    /// Processor time of this process, in seconds.
    static func cpuSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

    static func bins(_ predictions: [Float], _ scores: [Float], bin: (Int, Float) -> Int) -> Double {
        var predicted = [Double](repeating: 0, count: 20)
        var scored = predicted
        for (index, p) in predictions.enumerated() {
            let bin = bin(index, p)
            predicted[bin] += Double(p)
            scored[bin] += Double(scores[index])
        }
        let gap = zip(predicted, scored).reduce(0) { $0 + abs($1.0 - $1.1) }
        return gap / Double(max(predictions.count, 1))
    }

    static func logLoss(_ predictions: [Float], _ scores: [Float]) -> Double {
        var sum = 0.0
        for (p, y) in zip(predictions, scores) {
            let held = min(max(Double(p), 1e-9), 1 - 1e-9)
            sum -= Double(y) * Foundation.log(held) + Double(1 - y) * Foundation.log(1 - held)
        }
        return sum / Double(max(predictions.count, 1))
    }
}
