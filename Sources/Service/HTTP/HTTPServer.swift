import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// The listening sockets: the API's, and a second one for metrics where one is configured.
struct HTTPServer {
    private static let idleSeconds: Int64 = 75
    private static let headerBytesMax = 32_768

    /// In the order in which they start.
    let services: [any Service]

    init(
        routes: Routes, configuration: ServiceConfiguration.HTTP, draining: Draining, logger: Logger
    ) {
        let router = routes.router()
        let deadline = RequestDeadline(
            inner: router.buildResponder(), timeoutSeconds: configuration.requestTimeoutSeconds)
        let mapped = Layered(layer: ErrorMapping(), inner: deadline)
        let crossOrigin = Layered(layer: CrossOrigin(origins: configuration.corsOrigins), inner: mapped)
        let responder = Layered(
            layer: RequestLog(),
            inner: Layered(
                layer: SecurityHeaders(),
                inner: Layered(layer: ClosingConnections(draining: draining), inner: crossOrigin)))
        var services: [any Service] = [
            Self.application(responder, configuration.host, configuration.port, configuration, logger)
        ]
        if let port = configuration.prometheusPort {
            let metrics = Router(context: APIContext.self)
            metrics.get("metrics", use: routes.metrics.show)
            services.append(
                Self.application(metrics.buildResponder(), configuration.host, port, configuration, logger))
        }
        self.services = services
    }

    private static func application(
        _ responder: some HTTPResponder<APIContext>, _ host: String, _ port: Int,
        _ configuration: ServiceConfiguration.HTTP, _ logger: Logger
    ) -> any Service {
        let channel = HTTP1Channel.Configuration(
            idleTimeout: .seconds(idleSeconds),
            httpDecoderConfiguration: .init(maxHeaderFieldSize: headerBytesMax, maxHeaderListSize: headerBytesMax))
        return Application(
            responder: responder,
            server: .http1(configuration: channel),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: nil, backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.connectionsMax)),
            onServerRunning: { channel in
                logger.notice(
                    "listening", metadata: ["address": .string("\(channel.localAddress?.description ?? host)")])
            },
            logger: logger)
    }
}
