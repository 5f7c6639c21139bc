import Foundation
import Logging
import Metrics
import ServiceLifecycle
import VectorCollections

/// Saves the collections to their files: after so many changes, after so long a time with any, and at the end.
struct SnapshotService: Service {
    /// Between two looks at what has changed.
    private static let lookSeconds = 2.0

    /// Those that are held at present.
    let collections: @Sendable () -> [VectorCollections.Collection]
    let seconds: Int
    let operations: Int
    let logger: Logger

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                var last = [String: ContinuousClock.Instant]()
                while true {
                    try await Task.sleep(for: .seconds(Self.lookSeconds))
                    let held = collections()
                    last = last.filter { entry in held.contains { $0.schema.key == entry.key } }
                    for collection in held where isDue(collection, since: last[collection.schema.key]) {
                        try await save(collection)
                        last[collection.schema.key] = .now
                    }
                }
            }
        } catch is CancellationError {
            // The service stops.
        }
        // Graceful shutdown cancels what is above and not this: the next start has nothing to read again.
        for collection in collections() where changes(of: collection) > 0 { try await save(collection) }
    }

    private func changes(of collection: VectorCollections.Collection) -> Int64 {
        guard collection.state.isLoaded else { return 0 }
        return collection.appliedPosition.rawValue - (collection.snapshotPosition?.rawValue ?? -1)
    }

    private func isDue(
        _ collection: VectorCollections.Collection, since last: ContinuousClock.Instant?
    ) -> Bool {
        let changes = changes(of: collection)
        if changes <= 0 { return false }
        guard collection.snapshotPosition != nil, let last else { return true }
        return changes >= Int64(operations) || .now - last >= .seconds(seconds)
    }

    /// A snapshot that fails leaves the one before; the next start has more of the log to read then.
    private func save(_ collection: VectorCollections.Collection) async throws {
        let name = collection.schema.name
        do {
            let start = ContinuousClock.now
            try await collection.snapshot()
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            Gauge(label: "vector_snapshot_position", dimensions: [("collection", name)])
                .record(collection.snapshotPosition?.rawValue ?? 0)
            logger.info(
                "saved a snapshot",
                metadata: [
                    "collection": "\(name)", "position": "\(collection.snapshotPosition?.rawValue ?? 0)",
                    "seconds": "\(seconds)",
                ])
        } catch  where !(error is CancellationError) {
            Counter(label: "vector_snapshot_failures_total", dimensions: [("collection", name)]).increment()
            logger.warning("cannot save a snapshot now", metadata: ["collection": "\(name)", "error": "\(error)"])
        }
    }
}

extension CollectionSchema {
    /// Tells collections of one name and several models apart.
    fileprivate var key: String { "\(name) \(model)" }
}
