import Catalog
import Embedding
import Foundation
import Storage

/// Embeds what a collection lacks in a model, at a bounded rate.
///
/// It looks for what is missing and keeps no books of its own: run again after whatever stopped it, it goes on where it
/// was. What is written meanwhile comes last.
struct Reembedding<Item: EngineItem>: Sendable {
    /// What became of it.
    struct Outcome: Sendable, Equatable {
        var embedded = 0
        /// Texts that the model does not take.
        var parked = 0
    }

    private static var batchMax: Int { 64 }

    private let database: Database
    private let modelID: Int
    let queue: EmbeddingQueue<Item>
    let embedder: any Embedder
    /// Texts a second, at most.
    let rate: Double
    /// Called when the embedder does not work, before a pause.
    let onOutage: @Sendable (any Error) -> Void
    private let backoff = RetryBackoff(base: .seconds(1), pauseMax: .seconds(30))

    init(
        database: Database, modelID: Int, embedder: any Embedder, rate: Double,
        onOutage: @escaping @Sendable (any Error) -> Void
    ) {
        precondition(rate > 0, "texts are embedded at some rate")
        self.database = database
        self.modelID = modelID
        queue = EmbeddingQueue(database: database, modelID: modelID)
        self.embedder = embedder
        self.rate = rate
        self.onOutage = onOutage
    }

    /// Returns when nothing is missing but what is parked. While the embedder does not work, it waits and tries again.
    /// - Parameter progress: called with how many texts are done, of about how many.
    /// - Throws: `CatalogError.notMaintained` where the model is dropped meanwhile.
    func run(progress: (Int, Int) -> Void = { _, _ in }) async throws -> Outcome {
        let total = try await queue.missingCounts().waiting
        let start = ContinuousClock.now
        let batch = Int(max(1, min(Double(Self.batchMax), rate)))
        var outcome = Outcome()
        var cursor: UUID?
        while true {
            let page = try await queue.missing(after: cursor, limit: batch)
            if page.isEmpty {
                if cursor == nil { return outcome }
                // There may be items that came or changed behind the cursor.
                try await requireMaintained()
                cursor = nil
                continue
            }
            outcome = try await patiently { [outcome] in
                var next = outcome
                try await embed(page, &next)
                return next
            }
            cursor = page.last?.id
            let done = outcome.embedded + outcome.parked
            progress(min(done, max(total, done)), max(total, done))
            try await Task.sleep(until: start + .seconds(Double(done) / rate), clock: .continuous)
        }
    }

    /// Of a model that is not maintained nothing is stored, so that something would be missing for ever.
    private func requireMaintained() async throws {
        let models = try await ModelRegistry(database: database).models(of: Item.collection)
        guard models.maintained.contains(where: { $0.id == modelID }) else {
            throw CatalogError.notMaintained(collection: Item.collection.rawValue, model: modelID)
        }
    }

    private func embed(_ page: [EmbeddingQueue<Item>.Taken], _ outcome: inout Outcome) async throws {
        do {
            try await queue.complete(page, with: try await embedder.embed(page.map(\.text)))
            outcome.embedded += page.count
        } catch let error as EmbeddingInputError {
            if page.count > 1 {
                for item in page { try await embed([item], &outcome) }
            } else {
                try await queue.park(page[0].id, error: "\(error)")
                outcome.parked += 1
            }
        }
    }

    /// Repeats what an outage of the embedder stopped. What was stored before that is not missing any more, but may be
    /// embedded twice.
    private func patiently<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        var generator = SystemRandomNumberGenerator()
        var failures = 0
        while true {
            do {
                return try await body()
            } catch  where EmbedderOutage.isOutage(error) {
                failures += 1
                onOutage(error)
                try await Task.sleep(for: backoff.pause(afterFailures: failures, using: &generator))
            }
        }
    }
}
