import Catalog
import Foundation
import JWTKit

/// Signs and verifies the service's JSON Web Tokens (RFC 7519, HMAC with SHA-256).
struct TokenIssuer: Sendable {
    enum Kind: String, Codable, Sendable { case access, refresh }

    struct Claims: JWTPayload {
        /// The user's id.
        let sub: SubjectClaim
        let email: String
        let role: User.Role
        let exp: ExpirationClaim
        let iat: IssuedAtClaim
        let jti: IDClaim
        let tokenType: Kind
        /// The sign-in that the token belongs to.
        let family: UUID

        private enum CodingKeys: String, CodingKey {
            case sub, email, role, exp, iat, jti, family
            case tokenType = "token_type"
        }

        func verify(using algorithm: some JWTAlgorithm) throws { try exp.verifyNotExpired() }
    }

    /// Tokens for one sign-in.
    struct Pair: Sendable {
        let access: String
        let refresh: String
        let refreshID: UUID
        let refreshExpiresAt: Date
        let expiresInSeconds: Int
    }

    private let keys = JWTKeyCollection()
    private let accessSeconds: Int
    private let refreshSeconds: Int

    init(secret: Secret, accessMinutes: Int, refreshDays: Int) async {
        accessSeconds = accessMinutes * 60
        refreshSeconds = refreshDays * 86_400
        await keys.add(hmac: HMACKey(from: secret.revealed), digestAlgorithm: .sha256)
    }

    func issue(to user: User, family: UUID, refreshID: UUID = UUID()) async throws -> Pair {
        let now = Date()
        let refreshExpiresAt = now.addingTimeInterval(Double(refreshSeconds))
        let access = claims(user, family, UUID(), .access, now, now.addingTimeInterval(Double(accessSeconds)))
        let refresh = claims(user, family, refreshID, .refresh, now, refreshExpiresAt)
        return Pair(
            access: try await keys.sign(access), refresh: try await keys.sign(refresh), refreshID: refreshID,
            refreshExpiresAt: refreshExpiresAt, expiresInSeconds: accessSeconds)
    }

    /// The claims of a token of this kind.
    /// - Throws: `APIError` 401 "Token expired" or "Invalid token".
    func verify(_ token: String, kind: Kind) async throws -> Claims {
        let invalid = APIError.unauthorized("Invalid token", code: "invalid_token")
        guard token.utf8.count <= 4_096 else { throw invalid }
        do {
            let claims = try await keys.verify(token, as: Claims.self)
            guard claims.tokenType == kind, UUID(uuidString: claims.sub.value) != nil else { throw invalid }
            return claims
        } catch let error as JWTError where error.failedClaim is ExpirationClaim {
            throw APIError.unauthorized("Token expired", code: "token_expired")
        } catch {
            throw invalid
        }
    }

    private func claims(
        _ user: User, _ family: UUID, _ id: UUID, _ kind: Kind, _ now: Date, _ expiry: Date
    ) -> Claims {
        Claims(
            sub: SubjectClaim(value: user.id.uuidString.lowercased()), email: user.email, role: user.role,
            exp: ExpirationClaim(value: expiry), iat: IssuedAtClaim(value: now),
            jti: IDClaim(value: id.uuidString.lowercased()), tokenType: kind, family: family)
    }
}
