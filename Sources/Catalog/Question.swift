public import Foundation
public import Storage

/// A question of the bank, as stored.
public struct Question: Sendable, Equatable, Identifiable {
    public enum Status: String, Sendable, CaseIterable { case active, archived }
    /// Where it came from: an ingested file or the API.
    public enum Source: String, Sendable, CaseIterable { case bank, api }

    public let id: UUID
    public let draft: QuestionDraft
    public let source: Source
    public let status: Status
    public let usageCount: Int
    /// 0..100; nil until somebody answered.
    public let averageScore: Double?
    /// 0..1; nil until somebody answered.
    public let successRate: Double?
    public let createdAt: Date
    public let updatedAt: Date
}

extension Question: CatalogItem {
    public static let collection = CollectionName.questions
    public static let table: Statement = "questions"
    public static let textColumn: Statement = "question_text"
    public static let isIndexed: Statement = "status = 'active'"

    public static let columns: Statement = """
        id, question_text, category, subcategory, difficulty_level, compatible_roles, required_skills, industry_tags, \
        strong_answer, question_metadata, source, status, usage_count, average_score, success_rate, created_at, updated_at
        """

    public var embeddedText: String { draft.questionText }

    public init(row: Row) throws {
        id = try row.decode("id", as: UUID.self)
        draft = QuestionDraft(
            unchecked: try row.decode("question_text", as: String.self),
            category: try row.decode("category", as: String.self),
            subcategory: try row.decode("subcategory", as: String?.self),
            difficulty: try row.choice("difficulty_level"),
            compatibleRoles: try row.decode("compatible_roles", as: [String].self),
            requiredSkills: try row.decode("required_skills", as: [String].self),
            industryTags: try row.decode("industry_tags", as: [String].self),
            strongAnswer: try row.decode("strong_answer", as: String?.self),
            metadata: try row.decode("question_metadata", as: JSONText.self))
        source = try row.choice("source")
        status = try row.choice("status")
        usageCount = Int(try row.decode("usage_count", as: Int64.self))
        averageScore = try row.decode("average_score", as: Double?.self)
        successRate = try row.decode("success_rate", as: Double?.self)
        createdAt = try row.decode("created_at", as: Date.self)
        updatedAt = try row.decode("updated_at", as: Date.self)
    }
}
