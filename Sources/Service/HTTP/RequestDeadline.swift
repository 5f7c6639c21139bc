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

/// The request took longer than REQUEST_TIMEOUT.
struct RequestTimeout: Error {}
