import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import JWTKit
import Logging

/// `/api/v1/auth`: accounts and sign-ins.
struct AuthController: Sendable {
    let users: UserStore
    let tokens: RefreshTokenStore
    let signIns: SignInRegistry
    let issuer: TokenIssuer
    let hasher: PasswordHasher
    let rules: PasswordRules
    let passwords: PasswordCheck
    let sessions: SessionStore
    let bodyBytesMax = 100_000

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.post("register", use: register)
        group.post("login", use: login)
        group.post("refresh", use: refresh)
        group.post("logout", use: logout)
        group.get("me", use: me)
        group.put("me", use: updateMe)
        group.post("change-password", use: changePassword)
        group.get("status", use: status)
        group.get("stats", use: stats)
        group.get("sessions", use: listSessions)
    }

    // MARK: Routes

    @Sendable private func register(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let email: String
            let password: String
            let name: String
        }
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        let email = try EmailAddress(body.email)
        var check = FieldCheck()
        let name = check.text(body.name, "name", in: 1...255)
        try check.finish()
        try rules.check(body.password, field: "password")
        let user = try await users.create(
            email: email, name: name, passwordHash: try await hasher.hash(body.password))
        return try JSONBody.response(UserBody(user), status: .created)
    }

    @Sendable private func login(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let email: String
            let password: String
        }
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        guard body.email.utf8.count <= EmailAddress.lengthMax else { throw refused("failed") }
        let account = try await users.credentials(email: body.email.trimmingCharacters(in: .whitespacesAndNewlines))
        guard try await passwords.matches(body.password, account), let account else { throw refused("failed") }
        guard account.user.isActive else {
            count("deactivated")
            throw APIError.badRequest("Account is deactivated", code: "account_deactivated")
        }
        try await users.recordLogin(account.user.id)
        let family = UUID()
        let pair = try await issuer.issue(to: account.user, family: family)
        try await tokens.open(
            family: family, token: pair.refreshID, user: account.user.id, expiresAt: pair.refreshExpiresAt)
        count("succeeded")
        return try JSONBody.response(TokenBody(pair))
    }

    @Sendable private func refresh(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable { let refreshToken: String }
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        let claims = try await issuer.verify(body.refreshToken, kind: .refresh)
        let invalid = APIError.unauthorized("Invalid token", code: "invalid_token")
        guard let userID = UUID(uuidString: claims.sub.value), let token = UUID(uuidString: claims.jti.value),
            let user = try await users.find(userID), user.isActive
        else { throw invalid }
        let pair = try await issuer.issue(to: user, family: claims.family)
        switch try await tokens.rotate(token, to: pair.refreshID, expiresAt: pair.refreshExpiresAt) {
        case .rotated: return try JSONBody.response(TokenBody(pair))
        case .reused:
            signIns.forget(claims.family)
            context.logger.warning(
                "a used refresh token came back: its sign-in is revoked", metadata: ["user": "\(userID)"])
            throw invalid
        case .invalid: throw invalid
        }
    }

    @Sendable private func logout(_ request: Request, context: APIContext) async throws -> Response {
        try await signIns.revoke(try context.requireUser().family)
        return try JSONBody.response(["message": "Successfully logged out"])
    }

    @Sendable private func me(_ request: Request, context: APIContext) async throws -> Response {
        try JSONBody.response(UserBody(try await caller(context)))
    }

    @Sendable private func updateMe(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let name: String?
            let bio: String?
            let experienceLevel: String?
            let preferredIndustries: [String]?
            let skills: [String]?
        }
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        let user = try await caller(context)
        var check = FieldCheck()
        let name = check.text(body.name ?? user.name, "name", in: 1...255)
        try check.finish()
        let profile = try UserProfile(
            bio: body.bio ?? user.profile.bio, experienceLevel: body.experienceLevel ?? user.profile.experienceLevel,
            preferredIndustries: body.preferredIndustries ?? user.profile.preferredIndustries,
            skills: body.skills ?? user.profile.skills
        ).checked()
        guard let updated = try await users.update(user.id, name: name, profile: profile) else {
            throw APIError.notFound("User")
        }
        return try JSONBody.response(UserBody(updated))
    }

    @Sendable private func changePassword(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let currentPassword: String
            let newPassword: String
        }
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        let identity = try context.requireUser()
        let account = try await users.credentials(id: identity.userID)
        guard try await passwords.matches(body.currentPassword, account) else {
            throw APIError.badRequest("Current password is incorrect", code: "wrong_password")
        }
        try rules.check(body.newPassword, field: "new_password")
        let hash = try await hasher.hash(body.newPassword)
        try await users.changePassword(identity.userID, to: hash, keeping: identity.family)
        signIns.forgetAll()
        return try JSONBody.response(["message": "Password changed successfully"])
    }

    @Sendable private func status(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Encodable {
            let authenticated: Bool
            let user: UserBody
            let expiresAt: Date
        }
        let identity = try context.requireUser()
        let user = UserBody(try await caller(context))
        return try JSONBody.response(Body(authenticated: true, user: user, expiresAt: identity.expiresAt))
    }

    @Sendable private func stats(_ request: Request, context: APIContext) async throws -> Response {
        struct Stats: Encodable {
            let sessionCount: Int
            let questionCount: Int
            let answerCount: Int
            let averageScore: Double?
        }
        struct Body: Encodable {
            let userId: String
            let email: String
            let stats: Stats
        }
        let user = try await caller(context)
        let totals = try await sessions.totals(of: user.id)
        return try JSONBody.response(
            Body(
                userId: user.id.uuidString.lowercased(), email: user.email,
                stats: Stats(
                    sessionCount: totals.sessions, questionCount: totals.questions, answerCount: totals.answers,
                    averageScore: totals.averageScore)))
    }

    /// The caller's interview sessions.
    @Sendable private func listSessions(_ request: Request, context: APIContext) async throws -> Response {
        let identity = try context.requireUser()
        return try JSONBody.response(try await SessionListBody(request, sessions, of: identity.userID))
    }

    // MARK: Parts

    private func caller(_ context: APIContext) async throws -> User {
        guard let user = try await users.find(try context.requireUser().userID) else {
            throw APIError.unauthorized("Invalid token", code: "invalid_token")
        }
        return user
    }

    /// The same answer whether the account exists or not.
    private func refused(_ result: String) -> APIError {
        count(result)
        return .unauthorized("Invalid email or password", code: "invalid_credentials")
    }

    private func count(_ result: String) { PasswordCheck.count(result) }
}

/// A user, as callers see it.
struct UserBody: Encodable {
    let id: String
    let email: String
    let name: String
    let role: String
    let isActive: Bool
    let createdAt: Date
    let lastLogin: Date?
    let bio: String?
    let experienceLevel: String?
    let preferredIndustries: [String]
    let skills: [String]

    init(_ user: User) {
        id = user.id.uuidString.lowercased()
        email = user.email
        name = user.name
        role = user.role.rawValue
        isActive = user.isActive
        createdAt = user.createdAt
        lastLogin = user.lastLoginAt
        bio = user.profile.bio
        experienceLevel = user.profile.experienceLevel
        preferredIndustries = user.profile.preferredIndustries
        skills = user.profile.skills
    }
}

/// The tokens of a sign-in, as callers see them.
struct TokenBody: Encodable {
    let accessToken: String
    let refreshToken: String
    let tokenType = "bearer"
    let expiresIn: Int

    init(_ pair: TokenIssuer.Pair) {
        accessToken = pair.access
        refreshToken = pair.refresh
        expiresIn = pair.expiresInSeconds
    }
}
