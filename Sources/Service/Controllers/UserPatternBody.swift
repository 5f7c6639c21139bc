import Catalog
import Foundation
import Recommend

/// A pattern as callers give it.
struct PatternFields: Decodable {
    var skillLevel: String?
    /// A number from −1 to 1, or a word.
    var performanceTrend: JSONValue?
    var learningStyle: String?
    var preferredCategories: [String]?
    var strengths: [String]?
    var weaknesses: [String]?

    private static let words: [String: Double] = [
        "improving": 1, "increasing": 1, "positive": 1, "stable": 0, "steady": 0, "declining": -1, "decreasing": -1,
        "negative": -1,
    ]

    /// - Throws: `ValidationError`
    func draft() throws -> UserPatternDraft {
        try UserPatternDraft(
            skillLevel: skillLevel, performanceTrend: try trend(), learningStyle: learningStyle,
            preferredCategories: preferredCategories, strengths: strengths ?? [], weaknesses: weaknesses ?? [])
    }

    private func trend() throws -> Double? {
        switch performanceTrend {
        case nil, .null: return nil
        case .integer(let number): return Double(number)
        case .number(let number): return number
        case .string(let word):
            if let number = Self.words[word.trimmed.lowercased()] ?? Double(word) { return number }
        default: break
        }
        let allowed = Self.words.keys.sorted().joined(separator: ", ")
        throw ValidationError(
            FieldIssue(
                type: "performance_trend", field: "performance_trend",
                message: "Allowed are a number from -1 to 1, \(allowed)"))
    }
}

/// A person's own pattern, as callers see it.
struct UserPatternBody: Encodable {
    let id: String
    let userId: String
    let skillLevel: String
    let performanceTrend: Double
    let learningStyle: String
    let preferredCategories: [String]
    let strengths: [String]
    let weaknesses: [String]
    let patternData: String
    let createdAt: Date
    let updatedAt: Date
    let indexed: Bool?
    let position: Int64?

    init(_ pattern: UserPattern, write: ItemWrite<UserPattern>? = nil) {
        id = pattern.id.uuidString.lowercased()
        userId = pattern.userID.uuidString.lowercased()
        skillLevel = pattern.draft.skillLevel
        performanceTrend = pattern.draft.performanceTrend
        learningStyle = pattern.draft.learningStyle
        preferredCategories = pattern.draft.preferredCategories
        strengths = pattern.draft.strengths
        weaknesses = pattern.draft.weaknesses
        patternData = pattern.draft.text
        createdAt = pattern.createdAt
        updatedAt = pattern.updatedAt
        indexed = write?.isIndexed
        position = write?.position
    }
}

/// Somebody who answers alike, as callers see it. What people wrote themselves is shown to administrators only.
struct SimilarPatternBody: Encodable {
    struct PatternData: Encodable {
        let preferredCategories: [String]
        let strengths: [String]?
        let weaknesses: [String]?
    }

    let id: String
    let score: Double
    let userId: String
    let skillLevel: String
    let performanceTrend: Double
    let learningStyle: String
    let patternData: PatternData

    /// - Parameter name: stands for the person where not nil.
    init(_ hit: PatternHit, name: String?) {
        id = name ?? hit.id.uuidString.lowercased()
        score = hit.score
        userId = name ?? hit.userID
        skillLevel = hit.skillLevel
        performanceTrend = hit.performanceTrend
        learningStyle = hit.learningStyle
        patternData = PatternData(
            preferredCategories: hit.preferredCategories, strengths: name == nil ? hit.strengths : nil,
            weaknesses: name == nil ? hit.weaknesses : nil)
    }
}

/// What a person's answers say of how they answer, as callers see it.
struct MeasuredPatternBody: Encodable {
    let userId: String
    let skillLevel: String
    let performanceTrend: Double
    let preferredCategories: [String]
    let strengths: [String]
    let weaknesses: [String]

    init(_ pattern: UserPatternDraft, of user: UUID) {
        userId = user.uuidString.lowercased()
        skillLevel = pattern.skillLevel
        performanceTrend = pattern.performanceTrend
        preferredCategories = pattern.preferredCategories
        strengths = pattern.strengths
        weaknesses = pattern.weaknesses
    }
}
