public import Learner

/// How a person answers, by what their answers show: beside what they say of themselves.
public struct MeasuredPattern: Equatable, Sendable {
    public enum Level: String, CaseIterable, Sendable { case beginner, intermediate, advanced, expert }

    public let level: Level
    /// From -1, getting worse, over 0 to 1, getting better; nil with fewer than `trendAnswersMin` scored answers.
    public let trend: Double?
    /// Skills that are expected to go well, the best first, and badly, the worst first.
    public let strengths: [Int32]
    public let weaknesses: [Int32]

    /// Answers below which nothing is said.
    public static let answersMin = 5
    public static let trendAnswersMin = 8
    /// Scored answers that a trend is told from.
    public static let trendAnswersMax = 40
    public static let listMax = 5
    /// Answers in a skill below which it is neither a strength nor a weakness.
    private static let skillAnswersMin = 2
    private static let strongFrom = 0.7
    private static let weakBelow = 0.5
    /// A rise of half the scale from the earlier answers to the later ones is as steep as is told.
    private static let steepest = 0.5

    /// - Parameters:
    ///   - mastery: of the skills that the person practised.
    ///   - scores: the latest scored answers, 0...1, the oldest first; at most `trendAnswersMax` are read, the latest.
    /// - Returns: nil for somebody with fewer than `answersMin` answers.
    public init?(_ person: PersonState, mastery: [SkillMastery], scores: [Double]) {
        let practised = mastery.filter { $0.answers > 0 }
        let answers = practised.reduce(0) { $0 + $1.answers }
        guard Int(person.answers) >= Self.answersMin, answers > 0 else { return nil }
        let mean = practised.reduce(0) { $0 + Double($1.answers) * Double($1.expected.probability) } / Double(answers)
        level = mean < 0.4 ? .beginner : mean < 0.6 ? .intermediate : mean < 0.8 ? .advanced : .expert
        trend = Self.trend(scores.suffix(Self.trendAnswersMax))
        let known = practised.filter { $0.answers >= Self.skillAnswersMin }
            .sorted { ($0.expected.probability, $0.skill) < ($1.expected.probability, $1.skill) }
        weaknesses = known.filter { Double($0.expected.probability) < Self.weakBelow }
            .prefix(Self.listMax).map(\.skill)
        strengths = known.reversed().filter { Double($0.expected.probability) >= Self.strongFrom }
            .prefix(Self.listMax).map(\.skill)
    }

    /// The mean of the later half less that of the earlier.
    private static func trend(_ scores: some BidirectionalCollection<Double>) -> Double? {
        guard scores.count >= trendAnswersMin else { return nil }
        let half = scores.count / 2
        let rise = mean(scores.suffix(half)) - mean(scores.prefix(half))
        return min(max(rise / steepest, -1), 1)
    }

    private static func mean(_ scores: some Collection<Double>) -> Double {
        scores.reduce(0, +) / Double(scores.count)
    }
}
