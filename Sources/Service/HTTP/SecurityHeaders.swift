import HTTPTypes
import Hummingbird

/// Headers that every answer carries.
struct SecurityHeaders: RouterMiddleware {
    typealias Context = APIContext

    private static let fields: HTTPFields = {
        var fields: HTTPFields = [
            .apiVersion: "v1",
            .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
            .cacheControl: "no-store",
        ]
        fields[HTTPField.Name("X-Frame-Options")!] = "DENY"
        fields[HTTPField.Name("Referrer-Policy")!] = "no-referrer"
        fields[HTTPField.Name("Strict-Transport-Security")!] = "max-age=31536000; includeSubDomains"
        return fields
    }()

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for field in Self.fields where response.headers[field.name] == nil { response.headers.append(field) }
        return response
    }
}
