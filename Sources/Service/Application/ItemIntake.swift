import Catalog
import Embedding
import Foundation
import Logging
import VectorCollections

/// What a write came to.
struct ItemWrite<Item: CatalogItem>: Sendable {
    let item: Item
    /// The write's place in the change log of its collection.
    let position: Int64
    /// Whether searches on this instance see it already.
    let isIndexed: Bool
}

/// Takes items in: embeds them before the transaction, in which row, vectors and change are stored together, and waits a
/// little until this instance's index has the change, so that a caller's next search finds what it wrote.
///
/// A text is embedded by the serving model and, while others are maintained beside it, by those too, so that a switch
/// finds nothing missing. These may take only a second. While an embedder does not work, items are stored without its
/// vector and queued: nothing is lost, and nothing waits.
struct ItemIntake: Sendable {
    static let indexWaitSeconds = 2.0
    private static let besideWaitSeconds = 1.0

    let index: VectorIndex
    let logger: Logger

    /// Stores an item by `store`, which is given its vectors, or nil while no embedder works.
    /// - Returns: nil where `store` returned nil, because there is nothing to write to.
    /// - Throws: `EmbeddingInputError` where the serving model cannot take the text.
    func write<Item: CatalogItem>(
        text: String, hash: [UInt8], _ store: (StoredVector?) async throws -> (Item, position: Int64)?
    ) async throws -> ItemWrite<Item>? {
        let vector = try await vector(of: text, hash: hash, index.served(Item.collection).all)
        guard let (item, position) = try await store(vector) else { return nil }
        // A switch may have come meanwhile: then it counts what is served now.
        let isEmbedded = vector?.vector(in: index.entry(of: Item.collection).modelID) != nil
        let isIndexed = isEmbedded ? try await waitUntilIndexed(Item.collection, position) : false
        return ItemWrite(item: item, position: position, isIndexed: isIndexed)
    }

    /// Waits until this instance's index has a change. The write is durable already: an index that lags does not make it
    /// fail.
    func waitUntilIndexed(_ collection: CollectionName, _ position: Int64) async throws -> Bool {
        guard let follower = index.follower(of: collection) else { return false }
        do {
            try await follower.waitUntilApplied(Position(position), timeoutSeconds: Self.indexWaitSeconds)
            return true
        } catch let error as CancellationError {
            throw error
        } catch {
            logger.notice(
                "a write is stored and not searchable yet",
                metadata: [
                    "collection": "\(collection.rawValue)", "position": "\(position)", "error": "\(error)",
                ])
            return false
        }
    }

    /// - Parameter generations: the serving one first.
    private func vector(of text: String, hash: [UInt8], _ generations: [Generation]) async throws -> StoredVector? {
        try await withThrowingTaskGroup(of: (Int, StoredVector?).self) { group in
            for (place, generation) in generations.enumerated() {
                group.addTask {
                    let values =
                        try await place == 0
                        ? served(by: generation, text) : beside(by: generation, text)
                    let vector = values.map {
                        StoredVector(modelID: generation.modelID, values: $0, contentHash: hash)
                    }
                    return (place, vector)
                }
            }
            var made: [(place: Int, vector: StoredVector)] = []
            for try await (place, vector) in group {
                if let vector { made.append((place, vector)) }
            }
            made.sort { $0.place < $1.place }
            var first = made.first?.vector
            first?.others = made.dropFirst().map(\.vector)
            return first
        }
    }

    private func served(by generation: Generation, _ text: String) async throws -> [Float]? {
        do {
            return try await generation.embedder.embed([text]).first
        } catch  where EmbedderOutage.isOutage(error) {
            logger.warning("an item is stored to be embedded later", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// A model beside the serving one holds nobody up: what it does not give in time is queued for it.
    private func beside(by generation: Generation, _ text: String) async throws -> [Float]? {
        do {
            return try await withThrowingTaskGroup(of: [Float]?.self) { group in
                group.addTask { try await generation.embedder.embed([text]).first }
                group.addTask {
                    try await Task.sleep(for: .seconds(Self.besideWaitSeconds))
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        } catch  where !(error is CancellationError) && !Task.isCancelled {
            logger.notice(
                "an item is queued for a model beside the serving one",
                metadata: ["model": "\(generation.model)", "error": "\(error)"])
            return nil
        }
    }
}
