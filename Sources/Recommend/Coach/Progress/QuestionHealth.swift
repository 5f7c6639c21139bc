public import Learner

/// Whether a question does its work, by what answers and reactions show.
public struct QuestionHealth: Equatable, Sendable {
    public enum Flag: String, CaseIterable, Codable, Sendable {
        /// Able people do no better on it than others, or worse.
        case discriminatesPoorly = "discriminates_poorly"
        case easierThanLabel = "easier_than_label"
        case harderThanLabel = "harder_than_label"
        case oftenSkipped = "often_skipped"
        case oftenReported = "often_reported"
    }

    /// How people reacted to a question.
    public struct Reactions: Equatable, Sendable {
        /// Each at least 0; below, and a number of skips or reports above that of times shown, is held.
        public var shown: Int
        public var skipped: Int
        public var reported: Int

        public init(shown: Int = 0, skipped: Int = 0, reported: Int = 0) {
            self.shown = max(shown, 0)
            self.skipped = min(max(skipped, 0), self.shown)
            self.reported = min(max(reported, 0), self.shown)
        }
    }

    /// What a question's weight in a recommendation is multiplied by, 0...1; 1 for a question of which nothing bad is
    /// known.
    public let weight: Double
    /// In order of declaration.
    public let flags: [Flag]
    /// `QuestionState.discriminationShift`, drawn to 0 where answers are few.
    public let discrimination: Double
    /// How much easier (positive) than its label it is, on the logit scale; nil without a label.
    public let drift: Double?
    /// The label that the answers speak for; nil without a label or below `answersMin` answers.
    public let measuredLabel: DifficultyLabel?
    /// The lower end of an interval of 90 %: a rate that is sure at least. 0...1
    public let skipRateLower: Double
    public let reportRateLower: Double

    /// Answers below which difficulty and discrimination raise no flag.
    public static let answersMin = 20
    private static let discriminationMin = -0.35
    private static let skipRateMax = 0.5
    private static let reportRateMax = 0.02

    public init(
        _ question: QuestionState, label: DifficultyLabel?, reactions: Reactions, coefficients: LearnerCoefficients
    ) {
        let answers = Double(question.answers)
        let isKnown = answers >= Double(Self.answersMin)
        let labelShift = Double(coefficients.beliefs.labelShift)
        let easeMean = Double(question.ease.mean)
        let drift = label.map { easeMean - Self.shift(of: $0, labelShift) }
        discrimination = Double(question.discriminationShift) * answers / (answers + 20)
        self.drift = drift
        measuredLabel = label == nil || !isKnown ? nil : Self.label(ease: easeMean, labelShift)
        skipRateLower = Self.lowerRate(reactions.skipped, of: reactions.shown)
        reportRateLower = Self.lowerRate(reactions.reported, of: reactions.shown)

        var flags: [Flag] = []
        var weight = 1.0
        if isKnown, discrimination < Self.discriminationMin {
            flags.append(.discriminatesPoorly)
            weight *= 0.6
        }
        // A whole label away, and surely beyond the edge between the two.
        let deviation = Double(question.ease.variance).squareRoot()
        if isKnown, let drift, abs(drift) > labelShift, abs(drift) - 1.645 * deviation > labelShift / 2 {
            flags.append(drift > 0 ? .easierThanLabel : .harderThanLabel)
            weight *= 0.9
        }
        if skipRateLower > Self.skipRateMax {
            flags.append(.oftenSkipped)
            weight *= 0.7
        }
        if reportRateLower > Self.reportRateMax {
            flags.append(.oftenReported)
            weight *= 0.25
        }
        self.flags = flags
        self.weight = weight
    }

    private static func shift(of label: DifficultyLabel, _ step: Double) -> Double {
        switch label {
        case .easy: step
        case .medium: 0
        case .hard: -step
        }
    }

    private static func label(ease: Double, _ step: Double) -> DifficultyLabel {
        ease > step / 2 ? .easy : ease < -step / 2 ? .hard : .medium
    }

    /// The lower end of Wilson's score interval (1927), 90 %; 0 where nothing was shown.
    private static func lowerRate(_ count: Int, of shown: Int) -> Double {
        guard shown > 0 else { return 0 }
        let z = 1.645
        let n = Double(shown)
        let rate = Double(count) / n
        let centre = rate + z * z / (2 * n)
        let reach = z * (rate * (1 - rate) / n + z * z / (4 * n * n)).squareRoot()
        return max(0, (centre - reach) / (1 + z * z / n))
    }
}
