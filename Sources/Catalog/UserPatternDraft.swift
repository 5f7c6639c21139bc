import Crypto

/// How a person answers, as declared: checked against the limits of the catalog.
public struct UserPatternDraft: Sendable, Equatable {
    /// Lower case, such as beginner, intermediate, advanced or expert.
    public let skillLevel: String
    /// From −1, getting worse, over 0 to 1, getting better.
    public let performanceTrend: Double
    /// Lower case, such as practical, visual or theoretical.
    public let learningStyle: String
    public let preferredCategories: [String]
    public let strengths: [String]
    public let weaknesses: [String]

    /// What is missing is as for somebody of whom nothing is known.
    /// - Throws: `ValidationError` with every field that is out of its limits.
    public init(
        skillLevel: String? = nil, performanceTrend: Double? = nil, learningStyle: String? = nil,
        preferredCategories: [String]? = nil, strengths: [String] = [], weaknesses: [String] = []
    ) throws {
        var check = FieldCheck()
        self.skillLevel = (check.text(skillLevel, "skill_level", in: 1...50) ?? "intermediate").lowercased()
        self.learningStyle = (check.text(learningStyle, "learning_style", in: 1...50) ?? "practical").lowercased()
        let trend = performanceTrend ?? 0
        if !(trend >= -1 && trend <= 1) {
            let message = "Number should be from -1 to 1"
            check.add(FieldIssue(type: "out_of_range", field: "performance_trend", message: message, input: "\(trend)"))
        }
        self.performanceTrend = trend
        self.preferredCategories = check.texts(
            preferredCategories ?? ["technical", "behavioral"], "preferred_categories", countMax: 50, lengthMax: 100)
        self.strengths = check.texts(strengths, "strengths", countMax: 50, lengthMax: 200)
        self.weaknesses = check.texts(weaknesses, "weaknesses", countMax: 50, lengthMax: 200)
        try check.finish()
    }

    /// For rows that the database has checked.
    init(
        unchecked skillLevel: String, performanceTrend: Double, learningStyle: String, preferredCategories: [String],
        strengths: [String], weaknesses: [String]
    ) {
        self.skillLevel = skillLevel
        self.performanceTrend = performanceTrend
        self.learningStyle = learningStyle
        self.preferredCategories = preferredCategories
        self.strengths = strengths
        self.weaknesses = weaknesses
    }

    /// `performanceTrend` as a word.
    public var trendWord: String {
        performanceTrend > 0.1 ? "improving" : performanceTrend < -0.1 ? "declining" : "stable"
    }

    /// The text that is embedded. What is empty is left out.
    public var text: String {
        var parts = [
            "Skill level: \(skillLevel)", "Performance trend: \(trendWord)", "Learning style: \(learningStyle)",
        ]
        let lists = [
            ("Preferred categories", preferredCategories), ("Strengths", strengths),
            ("Areas for improvement", weaknesses),
        ]
        for (name, values) in lists where !values.isEmpty { parts.append("\(name): \(values.joined(separator: ", "))") }
        return parts.joined(separator: " | ")
    }

    /// The SHA-256 of the text, 32 bytes.
    public var embeddedTextHash: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}
