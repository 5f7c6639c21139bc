public import Foundation
public import Storage

/// Sign-ins: families of refresh tokens, of which only the latest may be used, and only once.
public struct RefreshTokenStore: Sendable {
    /// What became of a refresh token that was presented.
    public enum Use: Sendable, Equatable {
        /// It was good; the token that replaces it is stored.
        case rotated(user: UUID, family: UUID)
        /// It had been used before: the family is revoked now, whoever holds it.
        case reused
        /// Unknown, expired or revoked.
        case invalid
    }

    private let database: Database

    public init(database: Database) { self.database = database }

    /// Opens a family with its first token.
    public func open(family: UUID, token: UUID, user: UUID, expiresAt: Date) async throws {
        _ = try await database.query(
            """
            INSERT INTO refresh_tokens (id, family_id, user_id, expires_at)
            VALUES (\(token), \(family), \(user), \(expiresAt))
            """)
    }

    /// Uses up `token` and stores `next` in its place. Of two uses at the same time one rotates, the other is a reuse.
    public func rotate(_ token: UUID, to next: UUID, expiresAt: Date) async throws -> Use {
        try await database.withTransaction { transaction in
            let rows = try await transaction.query(
                """
                SELECT family_id, user_id, used_at IS NOT NULL AS used,
                    revoked_at IS NOT NULL OR expires_at <= now() AS ended
                FROM refresh_tokens WHERE id = \(token) FOR UPDATE
                """)
            guard let row = rows.first else { return .invalid }
            let family = try row.decode("family_id", as: UUID.self)
            let user = try row.decode("user_id", as: UUID.self)
            if try row.decode("used", as: Bool.self) {
                try await Self.revoke("family_id = \(family)", in: transaction)
                return .reused
            }
            if try row.decode("ended", as: Bool.self) { return .invalid }
            try await transaction.query("UPDATE refresh_tokens SET used_at = now() WHERE id = \(token)")
            try await transaction.query(
                """
                INSERT INTO refresh_tokens (id, family_id, user_id, expires_at)
                VALUES (\(next), \(family), \(user), \(expiresAt))
                """)
            return .rotated(user: user, family: family)
        }
    }

    /// Ends a sign-in: none of its tokens works any more.
    public func revoke(family: UUID) async throws {
        try await database.withTransaction { try await Self.revoke("family_id = \(family)", in: $0) }
    }

    /// Whether the sign-in is open: not revoked and with a token that has not expired, of an active user.
    public func isOpen(family: UUID) async throws -> Bool {
        let rows = try await database.query(
            """
            SELECT EXISTS (
                SELECT FROM refresh_tokens t JOIN users u ON u.id = t.user_id
                WHERE t.family_id = \(family) AND t.revoked_at IS NULL AND t.expires_at > now() AND u.is_active
            ) AS open
            """)
        return try rows.first?.decode("open", as: Bool.self) ?? false
    }

    /// Forgets tokens that expired more than a day ago, at most `limit`: none of them could be told from an unknown one.
    /// - Returns: how many.
    public func removeExpired(limit: Int) async throws -> Int {
        try await database.query(
            """
            DELETE FROM refresh_tokens WHERE id IN (
                SELECT id FROM refresh_tokens WHERE expires_at < now() - interval '1 day' LIMIT \(Int64(limit)))
            """
        ).affected
    }

    private static func revoke(_ condition: Statement, in transaction: Transaction) async throws {
        try await transaction.query(
            "UPDATE refresh_tokens SET revoked_at = now() WHERE \(condition) AND revoked_at IS NULL")
    }
}
