import HTTPTypes
import Hummingbird
import Logging
import ServiceLifecycle
import Synchronization

/// The time between a signal and the end of listening: requests are answered as before, while `/health/ready` says 503 and
/// every answer asks to close its connection, so that a proxy takes this instance out before it stops.
final class Draining: Service, Sendable {
    private let begun = Atomic(false)
    private let seconds: Int
    private let logger: Logger

    /// - Parameter seconds: 0 where nothing stands in front of this instance.
    init(seconds: Int, logger: Logger) {
        self.seconds = seconds
        self.logger = logger
    }

    var isDraining: Bool { begun.load(ordering: .relaxed) }

    /// Must stop before the server does.
    func run() async throws {
        do {
            try await gracefulShutdown()
        } catch is CancellationError {
            return
        }
        begun.store(true, ordering: .relaxed)
        guard seconds > 0 else { return }
        logger.notice("answering on, and no longer ready", metadata: ["seconds": "\(seconds)"])
        do {
            try await Task.sleep(for: .seconds(seconds))
        } catch is CancellationError {
            // A second signal.
        }
    }
}

/// Has clients and proxies open no second request on a connection that is about to end.
struct ClosingConnections: RouterMiddleware {
    typealias Context = APIContext

    let draining: Draining

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        if draining.isDraining { response.headers[.connection] = "close" }
        return response
    }
}
