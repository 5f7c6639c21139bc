import Logging
import ServiceLifecycle
import VectorCollections
import Workers

/// Runs sampled searches again, exactly, until the service stops; see `Collection.audit`.
struct RecallAuditService: Service {
    /// Those that are searched at present.
    let collections: @Sendable () -> [VectorCollections.Collection]
    let pauseSeconds: Int
    let logger: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                while true {
                    try await Task.sleep(for: .seconds(pauseSeconds))
                    for collection in collections() { try await audit(collection) }
                }
            } catch is CancellationError {
                // The service stops: what was sampled is worth nothing to the next one.
            }
        }
    }

    private func audit(_ collection: VectorCollections.Collection) async throws {
        do {
            try await collection.audit()
        } catch let error as WorkerPoolError {
            logger.warning(
                "cannot audit now: trying again later",
                metadata: ["collection": "\(collection.schema.name)", "error": "\(error)"])
        }
    }
}
