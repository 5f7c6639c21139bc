import Storage

/// Which questions a listing shows. Texts are compared without case; nil means no condition.
public struct QuestionQuery: Sendable {
    public static let limitMax = 100
    public static let offsetMax = 1_000_000

    public var category: String?
    public var subcategory: String?
    public var difficulty: Difficulty?
    public var role: String?
    /// Every one of them must be among the question's skills.
    public var skills: [String] = []
    /// A part of the question's text.
    public var text: String?
    public var status: Question.Status? = .active
    public var limit = 20
    public var offset = 0

    public init() {}

    /// The condition of a WHERE clause, with every value bound.
    var condition: Statement {
        var parts: [Statement] = []
        if let status { parts.append("status = \(status.rawValue)") }
        if let category { parts.append("lower(category) = lower(\(category))") }
        if let subcategory { parts.append("lower(subcategory) = lower(\(subcategory))") }
        if let difficulty { parts.append("difficulty_level = \(difficulty.rawValue)") }
        if let role { parts.append("lower(\(role)) IN (SELECT lower(r) FROM unnest(compatible_roles) AS r)") }
        if !skills.isEmpty {
            let wanted = skills.map { $0.lowercased() }
            parts.append("\(wanted)::text[] <@ ARRAY(SELECT lower(s) FROM unnest(required_skills) AS s)")
        }
        if let text { parts.append("position(lower(\(text)) IN lower(question_text)) > 0") }
        return parts.reduce("true") { "\($0) AND \($1)" }
    }
}
