public import Foundation
import Storage

/// A person with an account.
public struct User: Sendable, Equatable, Identifiable {
    public enum Role: String, Sendable, CaseIterable, Codable { case user, premium, enterprise, admin }

    public let id: UUID
    public let email: String
    public let name: String
    public let role: Role
    public let isActive: Bool
    public let profile: UserProfile
    public let createdAt: Date
    public let lastLoginAt: Date?
}

extension User {
    /// The columns `init(row:)` reads.
    static let columns: Statement = """
        id, email, name, role, is_active, bio, experience_level, preferred_industries, skills, created_at, last_login_at
        """

    init(row: Row) throws {
        id = try row.decode("id", as: UUID.self)
        email = try row.decode("email", as: String.self)
        name = try row.decode("name", as: String.self)
        role = try row.choice("role")
        isActive = try row.decode("is_active", as: Bool.self)
        profile = UserProfile(
            bio: try row.decode("bio", as: String?.self),
            experienceLevel: try row.decode("experience_level", as: String?.self),
            preferredIndustries: try row.decode("preferred_industries", as: [String].self),
            skills: try row.decode("skills", as: [String].self))
        createdAt = try row.decode("created_at", as: Date.self)
        lastLoginAt = try row.decode("last_login_at", as: Date?.self)
    }
}

/// What people say of themselves.
public struct UserProfile: Sendable, Equatable {
    public var bio: String?
    public var experienceLevel: String?
    public var preferredIndustries: [String]
    public var skills: [String]

    public init(
        bio: String? = nil, experienceLevel: String? = nil, preferredIndustries: [String] = [], skills: [String] = []
    ) {
        self.bio = bio
        self.experienceLevel = experienceLevel
        self.preferredIndustries = preferredIndustries
        self.skills = skills
    }

    /// - Throws: `ValidationError` with every field that is out of its limits.
    public func checked() throws -> UserProfile {
        var check = FieldCheck()
        let profile = UserProfile(
            bio: check.text(bio, "bio", in: 1...1_000),
            experienceLevel: check.text(experienceLevel, "experience_level", in: 1...50),
            preferredIndustries: check.texts(
                preferredIndustries, "preferred_industries", countMax: 50, lengthMax: 100),
            skills: check.texts(skills, "skills", countMax: 200, lengthMax: 100))
        try check.finish()
        return profile
    }
}
