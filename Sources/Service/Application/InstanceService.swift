import Catalog
import Foundation
import Logging
import ServiceLifecycle
import Storage

/// Shows that this instance lives, and answers what all instances are asked.
struct InstanceService: Service {
    private static let lookSeconds = 1.0
    /// Rounds between two signs of life.
    private static let roundsPerSign = 5

    let id = UUID()
    let database: Database
    let verifier: IndexVerifier
    let port: Int
    let logger: Logger
    private let startedAt = Date()

    init(database: Database, verifier: IndexVerifier, port: Int, logger: Logger) {
        self.database = database
        self.verifier = verifier
        self.port = port
        self.logger = logger
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                var round = 0
                while true {
                    do {
                        if round % Self.roundsPerSign == 0 { try await show() }
                        try await answer()
                        round += 1
                    } catch  where !(error is CancellationError) && !Task.isCancelled {
                        logger.warning("cannot show that this instance lives", metadata: ["error": "\(error)"])
                    }
                    try await Task.sleep(for: .seconds(Self.lookSeconds))
                }
            } catch is CancellationError {
                // The service stops.
            }
        }
        do {
            try await InstanceStore(database: database).remove(id)
        } catch {
            logger.info("this instance is taken for dead in a while", metadata: ["error": "\(error)"])
        }
    }

    private func show() async throws {
        let host = ProcessInfo.processInfo.hostName
        try await InstanceStore(database: database).show(
            id, version: Version.current, host: "\(host.prefix(240)):\(port)")
    }

    private func answer() async throws {
        let store = VerificationStore(database: database)
        for request in try await store.open(for: id, since: startedAt) {
            do {
                let report = try await verifier.run(repairs: request.repairs)
                try await store.answer(request.id, of: id, .report(JSONText(try JSONBody.text(report))))
            } catch  where !(error is CancellationError) && !Task.isCancelled {
                logger.error("cannot compare the index with the database", metadata: ["error": "\(error)"])
                try await store.answer(request.id, of: id, .failure("\(error)"))
            }
        }
    }
}
