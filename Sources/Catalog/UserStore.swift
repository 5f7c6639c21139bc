public import Foundation
public import Storage

/// Accounts in PostgreSQL.
public struct UserStore: Sendable {
    /// What a sign-in needs to know besides the user.
    public struct Credentials: Sendable {
        public let user: User
        public let passwordHash: String
        public let lockedUntil: Date?
    }

    private let database: Database

    public init(database: Database) { self.database = database }

    /// - Throws: `CatalogError.emailTaken` when the address is registered, in whatever case.
    public func create(
        email: EmailAddress, name: String, passwordHash: String, role: User.Role = .user
    ) async throws -> User {
        let rows = try await database.query(
            """
            INSERT INTO users (email, name, password_hash, role)
            VALUES (\(email.description), \(name), \(passwordHash), \(role.rawValue))
            ON CONFLICT ((lower(email))) DO NOTHING RETURNING \(User.columns)
            """)
        guard let row = rows.first else { throw CatalogError.emailTaken }
        return try User(row: row)
    }

    public func find(_ id: UUID) async throws -> User? {
        let rows = try await database.query("SELECT \(User.columns) FROM users WHERE id = \(id)")
        return try rows.first.map(User.init(row:))
    }

    public func credentials(email: String) async throws -> Credentials? {
        try await credentials(where: "lower(email) = lower(\(email))")
    }

    public func credentials(id: UUID) async throws -> Credentials? {
        try await credentials(where: "id = \(id)")
    }

    /// Counts a failed sign-in; the attempt that reaches `attemptsMax` locks the account until `lockUntil`.
    /// Counting starts anew after a lock has passed.
    public func recordFailedLogin(_ id: UUID, attemptsMax: Int, lockUntil: Date) async throws {
        _ = try await database.query(
            """
            UPDATE users SET
                failed_login_count = CASE WHEN locked_until <= now() THEN 1 ELSE failed_login_count + 1 END,
                locked_until = CASE
                    WHEN (CASE WHEN locked_until <= now() THEN 1 ELSE failed_login_count + 1 END)
                        >= \(Int32(attemptsMax)) THEN \(lockUntil)
                    WHEN locked_until <= now() THEN NULL
                    ELSE locked_until END
            WHERE id = \(id)
            """)
    }

    public func recordLogin(_ id: UUID) async throws {
        _ = try await database.query(
            "UPDATE users SET failed_login_count = 0, locked_until = NULL, last_login_at = now() WHERE id = \(id)")
    }

    /// - Returns: the user as it is now; nil when there is none with this id.
    public func update(_ id: UUID, name: String, profile: UserProfile) async throws -> User? {
        let rows = try await database.query(
            """
            UPDATE users SET name = \(name), bio = \(optional: profile.bio), experience_level = \(optional: profile.experienceLevel),
                preferred_industries = \(profile.preferredIndustries), skills = \(profile.skills), updated_at = now()
            WHERE id = \(id) RETURNING \(User.columns)
            """)
        return try rows.first.map(User.init(row:))
    }

    /// Replaces the password and ends every sign-in but `keeping`, in one transaction.
    public func changePassword(_ id: UUID, to passwordHash: String, keeping family: UUID) async throws {
        try await database.withTransaction { transaction in
            try await transaction.query(
                """
                UPDATE users SET password_hash = \(passwordHash), failed_login_count = 0, updated_at = now()
                WHERE id = \(id)
                """)
            try await transaction.query(
                """
                UPDATE refresh_tokens SET revoked_at = now()
                WHERE user_id = \(id) AND family_id <> \(family) AND revoked_at IS NULL
                """)
        }
    }

    private func credentials(where condition: Statement) async throws -> Credentials? {
        let rows = try await database.query(
            "SELECT \(User.columns), password_hash, locked_until FROM users WHERE \(condition)")
        return try rows.first.map { row in
            Credentials(
                user: try User(row: row), passwordHash: try row.decode("password_hash", as: String.self),
                lockedUntil: try row.decode("locked_until", as: Date?.self))
        }
    }
}
