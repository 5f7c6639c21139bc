public import Foundation
public import Storage

/// A job description, as stored.
public struct JobDescription: Sendable, Equatable, Identifiable {
    public let id: UUID
    /// Whose it is; nil for one that everybody may find.
    public let ownerID: UUID?
    public let draft: JobDescriptionDraft
    public let createdAt: Date
    public let updatedAt: Date
}

extension JobDescription: CatalogItem {
    public static let collection = CollectionName.jobDescriptions
    public static let table: Statement = "job_descriptions"
    public static let textColumn: Statement = "description"
    public static let isIndexed: Statement = "true"
    public static let columns: Statement =
        "id, owner_id, description, role, company, level, skills, created_at, updated_at"

    public var embeddedText: String { draft.description }

    public init(row: Row) throws {
        id = try row.decode("id", as: UUID.self)
        ownerID = try row.decode("owner_id", as: UUID?.self)
        draft = JobDescriptionDraft(
            unchecked: try row.decode("description", as: String.self), role: try row.decode("role", as: String.self),
            company: try row.decode("company", as: String?.self), level: try row.decode("level", as: String?.self),
            skills: try row.decode("skills", as: [String].self))
        createdAt = try row.decode("created_at", as: Date.self)
        updatedAt = try row.decode("updated_at", as: Date.self)
    }
}
