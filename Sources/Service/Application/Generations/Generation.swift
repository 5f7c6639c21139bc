import Catalog
import Embedding
import VectorCollections

/// A collection of the engine with the embedder in whose space its vectors lie, and what keeps it up to date.
///
/// A request takes one generation and uses its embedder and its collection: so no answer mixes two spaces.
final class Generation: Sendable {
    /// The model's row in `embedding_models`.
    let modelID: Int
    let model: EmbeddingModel
    /// With a cache before it.
    let embedder: CachedEmbedder
    /// The same without the cache.
    let source: BreakingEmbedder
    let collection: VectorCollections.Collection
    /// nil for a collection that nothing is stored in yet.
    let follower: Follower?

    init(
        modelID: Int, embedders: InstanceEmbedders.Made, collection: VectorCollections.Collection, follower: Follower?
    ) {
        self.modelID = modelID
        model = embedders.source.model
        embedder = embedders.cached
        source = embedders.source
        self.collection = collection
        self.follower = follower
    }

    /// Whether it has caught up with the log as it was at the start. Stays true.
    var isReady: Bool { follower?.isReady ?? true }
}
