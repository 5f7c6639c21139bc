public import Foundation
public import Storage

/// How a person answers, as stored; one for each person.
public struct UserPattern: Sendable, Equatable, Identifiable {
    public let id: UUID
    public let userID: UUID
    public let draft: UserPatternDraft
    public let createdAt: Date
    public let updatedAt: Date
}

extension UserPattern: CatalogItem {
    public static let collection = CollectionName.userPatterns
    public static let table: Statement = "user_patterns"
    public static let textColumn: Statement = "pattern_text"
    public static let isIndexed: Statement = "true"
    public static let columns: Statement = """
        id, user_id, skill_level, performance_trend, learning_style, preferred_categories, strengths, weaknesses, \
        created_at, updated_at
        """

    public var embeddedText: String { draft.text }

    public init(row: Row) throws {
        id = try row.decode("id", as: UUID.self)
        userID = try row.decode("user_id", as: UUID.self)
        draft = UserPatternDraft(
            unchecked: try row.decode("skill_level", as: String.self),
            performanceTrend: try row.decode("performance_trend", as: Double.self),
            learningStyle: try row.decode("learning_style", as: String.self),
            preferredCategories: try row.decode("preferred_categories", as: [String].self),
            strengths: try row.decode("strengths", as: [String].self),
            weaknesses: try row.decode("weaknesses", as: [String].self))
        createdAt = try row.decode("created_at", as: Date.self)
        updatedAt = try row.decode("updated_at", as: Date.self)
    }
}
