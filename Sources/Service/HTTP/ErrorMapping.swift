import Catalog
import Embedding
import HTTPTypes
import Hummingbird
import Logging
import Storage
import VectorCollections
import Workers

/// Turns every error into an answer: the one place that decides what callers see of it.
///
/// What a caller can mend is told; of anything else only the request id is shown, and the log has the rest.
struct ErrorMapping: RouterMiddleware {
    typealias Context = APIContext

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            let response = try await next(request, context)
            // The router answers a path that it does not know by itself, without a body.
            guard response.status.code >= 400, response.headers[.contentType] == nil else { return response }
            return try Self.answer(to: HTTPError(response.status)).response(requestID: context.requestID)
        } catch {
            let answer = Self.answer(to: error)
            if answer.status.code >= 500 {
                context.logger.error("request failed", metadata: ["error": "\(error)", "code": "\(answer.code)"])
            }
            return try answer.response(requestID: context.requestID)
        }
    }

    static func answer(to error: any Error) -> APIError {
        switch error {
        case let error as APIError: error
        case let error as ValidationError: .invalid(error.issues, in: "body")
        case let error as CatalogError: answer(to: error)
        case let error as PostgresError: answer(to: error)
        case let error as FilterError:
            .invalid([FieldIssue(type: "filter", field: ["filters"], message: "\(error)")], in: "body")
        case let error as SearchError:
            .invalid([FieldIssue(type: "search", field: ["query"], message: "\(error)")], in: "body")
        case let error as WorkerPoolError: overloaded("\(error)")
        case EmbeddingInputError.textRefused(_, _, let message):
            APIError(
                status: .unprocessableContent, code: "text_refused",
                detail: "The provider of embeddings refuses this text: \(message)")
        case let error as EmbeddingInputError: .badRequest("\(error)", code: "texts_too_large")
        case let error as EmbedderUnavailable: embedderUnavailable(retryAfter: error.retryAfter)
        case RemoteEmbedderError.unavailable(_, _, let retryAfter): embedderUnavailable(retryAfter: retryAfter)
        case RemoteEmbedderError.overloaded: overloaded("Too many texts wait to be embedded")
        case is RemoteEmbedderError:
            APIError(
                status: .badGateway, code: "embedder_refused",
                detail: "The provider of embeddings refuses to work for this service: its operators find why in the log"
            )
        case is RequestTimeout:
            APIError(
                status: .gatewayTimeout, code: "timeout", detail: "The request took longer than allowed")
        case let error as HTTPError where error.status == .notFound: .notFound("Route")
        case let error as HTTPError:
            APIError(
                status: error.status, code: code(of: error.status), detail: error.body ?? error.status.reasonPhrase)
        case is CancellationError:
            .unavailable(
                "The service is shutting down or the request was given up", code: "cancelled", retryAfterSeconds: 1)
        default: internalError
        }
    }

    private static func answer(to error: CatalogError) -> APIError {
        switch error {
        case .duplicateQuestion(let existing):
            .conflict("This question is stored already as \(existing)", code: "duplicate_question")
        case .emailTaken: .badRequest("Email already registered", code: "email_taken")
        case .notFound(let kind, _): .notFound(kind.prefix(1).uppercased() + kind.dropFirst())
        case .sessionClosed(_, let status):
            .conflict("The session is \(status): set its status to active first", code: "session_closed")
        case .keyReused: .conflict("This key was sent with another request", code: "key_reused")
        case .tooMany(let kind, let max): .conflict("At most \(max) \(kind) are allowed", code: "too_many")
        case .questionInUse: .conflict("Sessions name this question: archive it instead", code: "question_in_use")
        case .notMaintained, .modelServed, .unknownValue: internalError
        }
    }

    private static func answer(to error: PostgresError) -> APIError {
        switch error.kind {
        case .poolTimeout, .poolShutDown, .tooManyConnections: overloaded("No database connection is free")
        case .connectionLost, .connectFailed:
            .unavailable("The database cannot be reached", code: "database_unavailable", retryAfterSeconds: 2)
        case .statementTimeout, .queryCancelled:
            APIError(status: .gatewayTimeout, code: "timeout", detail: "The database took longer than allowed")
        case .readOnly, .diskFull:
            .unavailable("The database takes no writes now", code: "database_read_only", retryAfterSeconds: 30)
        case .serializationFailure, .deadlock:
            .unavailable("Too many writes at once", code: "write_conflict", retryAfterSeconds: 1)
        default: internalError
        }
    }

    private static func overloaded(_ reason: String) -> APIError {
        .unavailable("The service is busy: \(reason)", code: "overloaded", retryAfterSeconds: 1)
    }

    /// What is wrong with the embedder is for operators, who find it in the log.
    private static func embedderUnavailable(retryAfter: Duration?) -> APIError {
        let seconds = min(max(Int((retryAfter ?? .seconds(5)) / .seconds(1)), 1), 3_600)
        return .unavailable(
            "Embeddings cannot be computed now", code: "embedder_unavailable", retryAfterSeconds: seconds)
    }

    private static var internalError: APIError {
        APIError(status: .internalServerError, code: "internal_error", detail: "Internal server error")
    }

    private static func code(of status: HTTPResponse.Status) -> String {
        switch status {
        case .contentTooLarge: "body_too_large"
        case .methodNotAllowed: "method_not_allowed"
        default: status.code < 500 ? "bad_request" : "internal_error"
        }
    }
}
