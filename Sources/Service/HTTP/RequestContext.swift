import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// What the service knows of a request while it answers it.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Sent back as `X-Request-ID` and written into every log line of the request.
    var requestID = ""
    /// Who asks; nil for an anonymous caller.
    var identity: Identity?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}

/// Who asks, as proved by a token.
struct Identity: Sendable, Equatable {
    let userID: UUID
    let email: String
    let role: User.Role
    /// The sign-in that the token belongs to.
    let family: UUID
    let expiresAt: Date

    var isAdmin: Bool { role == .admin }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name("X-Request-ID")!
    static let apiVersion = HTTPField.Name("API-Version")!
}
