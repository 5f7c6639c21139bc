import HTTPTypes
import Hummingbird
import NIOCore

/// Lets browsers' pages of the configured origins call the API; a request from any other origin gets no CORS headers,
/// so its browser keeps the answer from the page.
struct CrossOrigin: RouterMiddleware {
    typealias Context = APIContext

    private let origins: Set<String>
    private let permitting: CORSMiddleware<APIContext>

    /// - Parameter origins: such as `https://app.example.org`; `*` for all.
    init(origins: [String]) {
        self.origins = Set(origins)
        permitting = CORSMiddleware(
            allowOrigin: origins.contains("*") ? .all : .originBased,
            allowHeaders: [
                .contentType, .authorization, .apiVersion, HTTPField.Name("X-Requested-With")!,
                HTTPField.Name("X-API-Key")!, .requestID,
            ],
            allowMethods: [.get, .post, .put, .patch, .delete, .options],
            // Tokens travel in a header that pages set themselves, never in cookies.
            allowCredentials: false, exposedHeaders: ["X-Request-ID", "API-Version", "Retry-After"], maxAge: .hours(1))
    }

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin], origins.contains(origin) || origins.contains("*") else {
            return try await next(request, context)
        }
        return try await permitting.handle(request, context: context, next: next)
    }
}
