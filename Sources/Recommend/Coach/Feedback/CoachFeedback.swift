public import Catalog
public import Learner

/// What a person's reactions to recommendations say about the next ones: a value that is stored with the person.
///
/// Every reaction acts on the very next list: it excludes the question for a while or for good, moves the target band of
/// difficulty, and speaks for or against skills and categories. All but exclusion for good fades, so that an old mood
/// does not narrow what a person sees. The same events in the same order give the same value.
public struct CoachFeedback: Codable, Equatable, Sendable {
    /// Questions, skills and categories remembered; beyond, the one that matters least is forgotten, and a question that
    /// is excluded for good last.
    public static let questionsMax = 4_096
    public static let skillsMax = 1_024
    public static let categoriesMax = 256

    private static let bandHalfLifeDays = 30.0
    private static let bandRange = -0.2...0.2
    private static let tasteHalfLifeDays = 45.0
    private static let tasteRange = -1.0...1.0
    private static let shownHalfLifeDays = 14.0
    private static let shownRange = 0.0...50.0

    private struct QuestionMark: Codable, Equatable, Sendable {
        /// The greatest number for an exclusion for good.
        var excludedUntil = 0.0
        var shown = FadingValue()
    }

    private var band = FadingValue()
    private var questions: [Int32: QuestionMark] = [:]
    private var skills: [Int32: FadingValue] = [:]
    private var categories: [String: FadingValue] = [:]

    public init() {}

    var questionsRemembered: Int { questions.count }

    /// Takes one reaction in. O(1), but for what is forgotten at a limit.
    /// - Parameters:
    ///   - category: empty where the question has none.
    ///   - seconds: on the person's clock; a time that is not a number counts as 0.
    public mutating func learn(
        _ kind: FeedbackKind, question: Int32, skills tags: SkillTags, category: String, seconds: Double
    ) {
        let now = seconds.isFinite ? seconds : 0
        mark(kind, question, now)
        if kind.bandShift != 0 {
            band.add(kind.bandShift, at: now, halfLifeDays: Self.bandHalfLifeDays, within: Self.bandRange)
        }
        guard kind.taste != 0 else { return }
        for index in 0..<tags.count { Self.add(kind.taste, to: &skills, tags[index], now, limit: Self.skillsMax) }
        if !category.isEmpty {
            Self.add(kind.taste / 2, to: &categories, category, now, limit: Self.categoriesMax)
        }
    }

    /// Whether a question must not be recommended at this time.
    public func excludes(_ question: Int32, seconds: Double) -> Bool {
        guard let mark = questions[question] else { return false }
        return seconds < mark.excludedUntil
    }

    /// How far the target band is moved at this time: below 0 towards harder questions, at most 0.2 either way.
    public func bandShift(seconds: Double) -> Double { band.value(at: seconds, halfLifeDays: Self.bandHalfLifeDays) }

    /// How often a question was shown lately without anything else happening to it.
    public func timesShown(_ question: Int32, seconds: Double) -> Double {
        questions[question]?.shown.value(at: seconds, halfLifeDays: Self.shownHalfLifeDays) ?? 0
    }

    /// What speaks for and against subjects at one moment.
    public struct Taste: Sendable {
        let skills: [Int32: Double]
        let categories: [String: Double]

        /// -1...1: the mean over the skills, and the category, held together.
        public func value(_ candidate: CoachCandidate) -> Double {
            guard !skills.isEmpty || !categories.isEmpty else { return 0 }
            var sum = 0.0
            for index in 0..<candidate.skills.count { sum += skills[candidate.skills[index]] ?? 0 }
            let whole = sum / Double(candidate.skills.count) + (categories[candidate.category] ?? 0)
            return min(max(whole, -1), 1)
        }
    }

    public func taste(seconds: Double) -> Taste {
        let now = { (value: FadingValue) in value.value(at: seconds, halfLifeDays: Self.tasteHalfLifeDays) }
        return Taste(skills: skills.mapValues(now), categories: categories.mapValues(now))
    }

    private mutating func mark(_ kind: FeedbackKind, _ question: Int32, _ now: Double) {
        var mark = questions[question] ?? QuestionMark()
        if let days = kind.restDays {
            if days > 0 { mark.excludedUntil = max(mark.excludedUntil, now + days * 86_400) }
        } else {
            mark.excludedUntil = .greatestFiniteMagnitude
        }
        let step: Double = kind == .shown ? 1 : kind == .accepted || kind == .saved ? -50 : 0
        mark.shown.add(step, at: now, halfLifeDays: Self.shownHalfLifeDays, within: Self.shownRange)
        questions[question] = mark
        guard questions.count > Self.questionsMax else { return }
        let least = questions.min { left, right in
            (left.value.excludedUntil, left.value.shown.seconds, left.key)
                < (right.value.excludedUntil, right.value.shown.seconds, right.key)
        }
        if let least { questions[least.key] = nil }
    }

    private static func add<Subject: Hashable & Comparable>(
        _ step: Double, to values: inout [Subject: FadingValue], _ subject: Subject, _ now: Double, limit: Int
    ) {
        values[subject, default: FadingValue()].add(
            step, at: now, halfLifeDays: tasteHalfLifeDays, within: tasteRange)
        guard values.count > limit else { return }
        let strength = { (value: FadingValue) in abs(value.value(at: now, halfLifeDays: tasteHalfLifeDays)) }
        let others = values.filter { $0.key != subject }
        let least = others.min { (strength($0.value), $0.key) < (strength($1.value), $1.key) }
        if let least { values[least.key] = nil }
    }
}
