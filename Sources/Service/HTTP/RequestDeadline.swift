import Hummingbird

/// Ends a request that takes longer than allowed: its task is cancelled, and with it the statement it waits for.
struct RequestDeadline<Inner: HTTPResponder>: HTTPResponder where Inner.Context: Sendable {
    typealias Context = Inner.Context

    let inner: Inner
    let timeoutSeconds: Int

    func respond(to request: Request, context: Context) async throws -> Response {
        try await withThrowingTaskGroup(of: Response?.self) { group in
            group.addTask { try await inner.respond(to: request, context: context) }
            group.addTask {
                try await Task.sleep(for: .seconds(timeoutSeconds))
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let response = first else { throw RequestTimeout() }
            return response
        }
    }
}

/// A responder behind a layer that sees every request first and every answer last, unmatched routes too.
struct Layered<Layer: RouterMiddleware, Inner: HTTPResponder>: HTTPResponder where Layer.Context == Inner.Context {
    let layer: Layer
    let inner: Inner

    func respond(to request: Request, context: Inner.Context) async throws -> Response {
        try await layer.handle(request, context: context) { request, context in
            try await inner.respond(to: request, context: context)
        }
    }
}

/// The request took longer than REQUEST_TIMEOUT.
struct RequestTimeout: Error {}
