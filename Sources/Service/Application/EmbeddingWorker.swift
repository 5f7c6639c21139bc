import Catalog
import Embedding
import Foundation
import Logging
import Metrics
import ServiceLifecycle

/// Embeds what waits in a collection's queue until the service stops. Any number of instances share the queue.
struct EmbeddingWorker<Item: CatalogItem>: Service {
    /// How long an item is this worker's, and how many it takes at once.
    private static var takenSeconds: Double { 120 }
    private static var takenMax: Int { 32 }
    /// Between two looks at an empty queue.
    private static var idleSeconds: Double { 2 }

    let queue: EmbeddingQueue<Item>
    let embedder: any Embedder
    let logger: Logger
    private let backoff = RetryBackoff(base: .seconds(2), pauseMax: .seconds(300))

    init(queue: EmbeddingQueue<Item>, embedder: any Embedder, logger: Logger) {
        self.queue = queue
        self.embedder = embedder
        var logger = logger
        logger[metadataKey: "collection"] = .string(Item.collection.rawValue)
        self.logger = logger
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                while true {
                    let isIdle = try await step()
                    if isIdle { try await Task.sleep(for: .seconds(Self.idleSeconds)) }
                }
            } catch is CancellationError {
                // The service stops: what was taken is due again when its time is over.
            }
        }
    }

    /// Takes some items and embeds them.
    /// - Returns: whether there was nothing to do, or it has to wait.
    func step() async throws -> Bool {
        do {
            try await recordCounts()
            let taken = try await queue.take(limit: Self.takenMax, seconds: Self.takenSeconds)
            if taken.isEmpty { return true }
            return try await embed(taken)
        } catch  where !(error is CancellationError) && !Task.isCancelled {
            logger.warning("cannot look after the queue of texts to embed now", metadata: ["error": "\(error)"])
            return true
        }
    }

    private func embed(_ taken: [EmbeddingQueue<Item>.Taken]) async throws -> Bool {
        do {
            try await queue.complete(taken, with: try await embedder.embed(taken.map(\.text)))
            return false
        } catch let error as EmbeddingInputError {
            return try await refused(taken, error)
        } catch  where EmbedderOutage.isOutage(error) {
            try await postpone(taken, error)
            return true
        }
    }

    /// One text spoils a call: each is tried alone then, and what is to blame is parked.
    private func refused(_ taken: [EmbeddingQueue<Item>.Taken], _ error: EmbeddingInputError) async throws -> Bool {
        guard taken.count > 1 else {
            try await park(taken[0], error)
            return false
        }
        for item in taken where try await embed([item]) { return true }
        return false
    }

    /// However long the embedder is away, nothing is given up for it.
    private func postpone(_ taken: [EmbeddingQueue<Item>.Taken], _ error: any Error) async throws {
        var generator = SystemRandomNumberGenerator()
        for item in taken {
            let pause = backoff.pause(afterFailures: max(1, item.attempts), using: &generator)
            try await queue.postpone([item.id], seconds: pause / .seconds(1), error: "\(error)")
        }
        logger.warning(
            "texts wait for the embedder", metadata: ["count": "\(taken.count)", "error": "\(error)"])
    }

    private func park(_ item: EmbeddingQueue<Item>.Taken, _ error: any Error) async throws {
        try await queue.park(item.id, error: "\(error)")
        logger.error(
            "a text cannot be embedded and is not tried again until it changes",
            metadata: ["item": "\(item.id)", "attempts": "\(item.attempts)", "error": "\(error)"])
    }

    private func recordCounts() async throws {
        let counts = try await queue.counts()
        let dimensions = [("collection", Item.collection.rawValue), ("model", "\(embedder.model)")]
        Gauge(label: "embedding_queue_depth", dimensions: dimensions + [("state", "waiting")]).record(counts.waiting)
        Gauge(label: "embedding_queue_depth", dimensions: dimensions + [("state", "parked")]).record(counts.parked)
    }
}
