import ArgumentParser
import Foundation
import Logging
import Metrics

/// `greenroom serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the service until SIGTERM or SIGINT.",
        discussion: """
            Settings come from the environment; docs/configuration.md lists them. On a signal no new connection is taken, \
            open requests are answered, and the process ends; a second signal ends it at once.
            """)

    func run() async throws {
        let configuration = try ServiceConfiguration(environment: ProcessInfo.processInfo.environment)
        let output = LogOutput()
        let (level, format) = (configuration.logLevel, configuration.logFormat)
        LoggingSystem.bootstrap { label in
            switch format {
            case .json: return JSONLogHandler(label: label, level: level, output: output)
            case .text:
                var handler = StreamLogHandler.standardError(label: label)
                handler.logLevel = level
                return handler
            }
        }
        let registry = MetricRegistry()
        MetricsSystem.bootstrap(registry)
        let logger = Logger(label: "greenroom")
        ProcessMetrics(registry: registry, logger: logger).start()
        do {
            let service = try await GreenroomService(configuration: configuration, registry: registry, logger: logger)
            try await service.run()
        } catch {
            logger.critical("the service ends", metadata: ["error": "\(error)"])
            throw ExitCode(1)
        }
    }
}
