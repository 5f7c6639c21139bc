/// The score of an answer, 0..100, kept to the hundredth so that sums of scores are exact.
///
/// Scores come on a scale of 100 or of 10, whose points count ten times. Several scores of a rubric are converted each,
/// and their plain mean is the answer's score. What lies between two hundredths goes to the nearer, a half upwards.
public struct AnswerScore: Sendable, Hashable, Comparable {
    /// A scored answer counts as a success from here on; the learner model's good answer begins at the same score.
    public static let successMin = AnswerScore(hundredths: 5_000)
    public static let rubricCount = 1...50

    /// 0..10000.
    public let hundredths: Int

    public var points: Double { Double(hundredths) / 100 }
    public var isSuccess: Bool { self >= Self.successMin }

    public static func < (left: AnswerScore, right: AnswerScore) -> Bool { left.hundredths < right.hundredths }

    /// - Precondition: `hundredths` is in 0...10000.
    public init(hundredths: Int) {
        precondition((0...10_000).contains(hundredths), "a score of \(hundredths) hundredths")
        self.hundredths = hundredths
    }

    /// - Parameter scale: 10 or 100.
    /// - Throws: `ValidationError` that names the field.
    public init(_ points: Double, scale: Int = 100, field: [String] = ["score"]) throws {
        let converted = try Self.onHundred(points, scale: scale, field: field)
        hundredths = Int((converted * 100).rounded(.toNearestOrAwayFromZero))
    }

    /// The mean of a rubric's scores.
    /// - Throws: `ValidationError` that names each score out of its limits.
    public init(rubric: [String: Double], scale: Int = 100) throws {
        guard Self.rubricCount.contains(rubric.count), rubric.keys.allSatisfy({ (1...100).contains($0.count) }) else {
            let message = "A rubric has 1 to \(Self.rubricCount.upperBound) scores by names of 1 to 100 characters"
            throw ValidationError(FieldIssue(type: "rubric", field: "score", message: message))
        }
        // In one order: sums of floating-point numbers depend on it.
        let scores = try rubric.sorted { $0.key < $1.key }.map { name, points in
            try Self.onHundred(points, scale: scale, field: ["score", name])
        }
        let mean = scores.reduce(0, +) / Double(scores.count)
        hundredths = Int((mean * 100).rounded(.toNearestOrAwayFromZero))
    }

    private static func onHundred(_ points: Double, scale: Int, field: [String]) throws -> Double {
        guard scale == 10 || scale == 100 else {
            throw ValidationError(
                FieldIssue(type: "enum", field: "score_scale", message: "Value should be 10 or 100", input: "\(scale)"))
        }
        guard points >= 0, points <= Double(scale) else {
            let message = "Number should be from 0 to \(scale)"
            throw ValidationError(FieldIssue(type: "out_of_range", field: field, message: message, input: "\(points)"))
        }
        return points * Double(100 / scale)
    }
}
