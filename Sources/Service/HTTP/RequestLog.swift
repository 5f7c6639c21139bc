import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Metrics

/// The outermost layer: gives each request its id, logs it, and measures it under its route's template.
struct RequestLog: RouterMiddleware {
    typealias Context = APIContext

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let requestID = Self.requestID(request.headers[.requestID])
        context.requestID = requestID
        context.logger[metadataKey: "request_id"] = .string(requestID)
        let start = ContinuousClock.now
        var response = try await next(request, context)
        response.headers[.requestID] = requestID
        let seconds = Double((ContinuousClock.now - start) / .microseconds(1)) / 1e6
        record(request, response, route: context.endpointPath ?? "unmatched", seconds: seconds)
        context.logger.info(
            "request",
            metadata: [
                "method": .string(request.method.rawValue), "path": .string(request.uri.path),
                "status": .stringConvertible(response.status.code),
                "milliseconds": .string(String(format: "%.3f", seconds * 1_000)),
            ])
        return response
    }

    private func record(_ request: Request, _ response: Response, route: String, seconds: Double) {
        let method = Self.methods.contains(request.method) ? request.method.rawValue : "OTHER"
        let status = String(response.status.code)
        Counter(label: "http_requests_total", dimensions: [("method", method), ("path", route), ("status", status)])
            .increment()
        Recorder(label: "http_request_duration_seconds", dimensions: [("method", method), ("path", route)])
            .record(seconds)
        Counter(label: "requests_total").increment()
        Recorder(label: "request_latency_seconds").record(seconds)
    }

    private static let methods: Set<HTTPRequest.Method> = [.get, .post, .put, .patch, .delete, .options, .head]

    /// The caller's own id where it is a plain word, else a new one: it goes into logs and headers.
    private static func requestID(_ given: String?) -> String {
        if let given, (1...128).contains(given.utf8.count), given.utf8.allSatisfy(isPlain) { return given }
        return UUID().uuidString.lowercased()
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
