import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /metrics` in the Prometheus text format.
struct MetricsEndpoint: Sendable {
    let registry: MetricRegistry

    @Sendable func show(_ request: Request, context: some RequestContext) async throws -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: registry.exposition())))
    }
}
