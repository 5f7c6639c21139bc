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

/// Takes items in: embeds them before the transaction, in which row, vector and change are stored together, and waits a
/// little until this instance's index has the change, so that a caller's next search finds what it wrote.
///
/// While the embedder does not work, items are stored without a vector and queued: nothing is lost, and nothing waits.
struct ItemIntake: Sendable {
    static let indexWaitSeconds = 2.0

    let embedder: any Embedder
    let modelID: Int
    let index: VectorIndex
    let logger: Logger

    /// Stores an item by `store`, which is given its vector, or nil while the embedder does not work.
    /// - Returns: nil where `store` returned nil, because there is nothing to write to.
    func write<Item: CatalogItem>(
        text: String, hash: [UInt8], _ store: (StoredVector?) async throws -> (Item, position: Int64)?
    ) async throws -> ItemWrite<Item>? {
        let vector = try await vector(of: text, hash: hash)
        guard let (item, position) = try await store(vector) else { return nil }
        let isIndexed =
            vector == nil ? false : try await waitUntilIndexed(Item.collection, position)
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

    private func vector(of text: String, hash: [UInt8]) async throws -> StoredVector? {
        do {
            guard let values = try await embedder.embed([text]).first else {
                preconditionFailure("an embedder answers each text")
            }
            return StoredVector(modelID: modelID, values: values, contentHash: hash)
        } catch  where EmbedderOutage.isOutage(error) {
            logger.warning("an item is stored to be embedded later", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
