import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import JWTKit

/// Reads the bearer token where there is one. A request without a token goes on as anonymous: each route says what it
/// needs by `requireUser`, `requireAdmin` or `requireReader`.
struct Authentication: RouterMiddleware {
    typealias Context = APIContext

    let issuer: TokenIssuer
    let signIns: SignInRegistry

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard let header = request.headers[.authorization] else { return try await next(request, context) }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw APIError.unauthorized("Invalid token", code: "invalid_token")
        }
        let claims = try await issuer.verify(String(parts[1]), kind: .access)
        guard try await signIns.isOpen(claims.family), let userID = UUID(uuidString: claims.sub.value) else {
            throw APIError.unauthorized("Invalid token", code: "invalid_token")
        }
        var context = context
        context.identity = Identity(
            userID: userID, email: claims.email, role: claims.role, family: claims.family,
            expiresAt: claims.exp.value)
        return try await next(request, context)
    }
}

extension APIContext {
    /// - Throws: `APIError` 401 for an anonymous caller.
    func requireUser() throws -> Identity {
        guard let identity else {
            throw APIError.unauthorized("Authentication required", code: "authentication_required")
        }
        return identity
    }

    /// - Throws: `APIError` 401 for an anonymous caller, 403 for one who is not an administrator.
    @discardableResult
    func requireAdmin() throws -> Identity {
        let identity = try requireUser()
        guard identity.isAdmin else {
            throw APIError(status: .forbidden, code: "admin_required", detail: "Administrator access required")
        }
        return identity
    }

    /// For what belongs to a person: the person and administrators go on.
    /// - Throws: `APIError` 401 for an anonymous caller, 404 for anybody else, who is not told whether there is such a
    ///   thing.
    @discardableResult
    func requireOwner(_ user: UUID, of kind: String = "User") throws -> Identity {
        let identity = try requireUser()
        guard identity.userID == user || identity.isAdmin else { throw APIError.notFound(kind) }
        return identity
    }

    /// For what may be opened to everybody by VECTOR_PUBLIC_READ.
    /// - Throws: `APIError` 401 for an anonymous caller unless reading is public.
    func requireReader(publicRead: Bool) throws {
        if !publicRead { _ = try requireUser() }
    }
}
