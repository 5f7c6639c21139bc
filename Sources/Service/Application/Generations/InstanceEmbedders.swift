import Catalog
import Embedding
import Synchronization

/// The embedders that this process can make: the local model's in both precisions where its weights are, and the
/// provider's where a key is set. Each is made when it is first needed.
final class InstanceEmbedders: Sendable {
    /// An embedder behind a circuit breaker, alone and with the cache, which all embedders of the instance share.
    struct Made: Sendable {
        let source: BreakingEmbedder
        let cached: CachedEmbedder
    }

    /// The one of a fresh database: the provider's where a key is set, else the local model's.
    let first: EmbeddingModel
    /// Those that can be made, the first one first.
    let models: [EmbeddingModel]
    private let configuration: EmbeddingConfiguration
    private let cache: EmbeddingCache
    private let made = Mutex<[EmbeddingModel: Made]>([:])

    init(_ configuration: EmbeddingConfiguration) {
        self.configuration = configuration
        cache = EmbeddingCache(capacity: configuration.cacheCountMax, ttlSeconds: configuration.cacheSeconds)
        let own = LocalEmbedder.model(configuration.precision.encoder)
        let local = [own] + LocalEmbedder.Precision.allCases.map(LocalEmbedder.model).filter { $0 != own }
        let hasWeights = LocalEmbedder.isThere(folder: configuration.modelFolder)
        if let provider = configuration.provider?.model {
            first = provider
            models = [provider] + (hasWeights ? local : [])
        } else {
            first = own
            models = local
        }
    }

    /// The embedder of a model; nil where this process cannot compute it. Reading the local weights takes some tenths of
    /// a second, for which it blocks.
    /// - Throws: `ModelError` where the local weights cannot be used.
    func embedder(of model: EmbeddingModel) throws -> Made? {
        guard models.contains(model) else { return nil }
        return try made.withLock { made in
            if let known = made[model] { return known }
            let source: BreakingEmbedder
            if let provider = configuration.provider, provider.model == model {
                source = BreakingEmbedder(RemoteEmbedder(provider))
            } else {
                source = BreakingEmbedder(try LocalEmbedder(configuration, model))
            }
            let new = Made(source: source, cached: CachedEmbedder(source, cache: cache))
            made[model] = new
            return new
        }
    }

    func embedder(of model: RegisteredModel) throws -> Made? { try embedder(of: EmbeddingModel(model)) }

    /// Lets go of the embedders of other models.
    func keepOnly(_ models: Set<EmbeddingModel>) { made.withLock { $0 = $0.filter { models.contains($0.key) } } }

    /// Forgets every text and vector that is kept for callers who ask again.
    func forgetTexts() { cache.removeAll() }

    /// Sets the gauges of those in use, for a scrape.
    func recordMetrics() {
        for embedder in made.withLock({ Array($0.values) }) { embedder.source.recordMetrics() }
    }

    /// The model that a name means: the whole description, name and revision, or a name alone.
    /// - Throws: `UsageError` that lists what there is.
    func model(named name: String) throws -> EmbeddingModel {
        let found = models.first { [$0.description, "\($0.name)@\($0.revision)", $0.name].contains(name) }
        guard let found else {
            throw UsageError(
                "there is no model '\(name)' here; this machine's settings give: "
                    + models.map(\.description).joined(separator: ", ")
                    + " (a provider's model needs OPENAI_API_KEY and DEFAULT_EMBEDDING_MODEL)")
        }
        return found
    }
}

extension EmbeddingModel {
    /// Whether a provider computes it.
    var isProvided: Bool { revision.hasPrefix(Self.providedPrefix) }

    static let providedPrefix = "openai:"

    init(_ model: RegisteredModel) {
        self.init(name: model.name, revision: model.revision, dimension: model.dimension)
    }
}

/// A collection serves or keeps up a model that this instance cannot compute.
struct MissingEmbedderError: Error, CustomStringConvertible {
    let collection: CollectionName
    let model: RegisteredModel
    /// What it can compute.
    let models: [EmbeddingModel]
    /// Or only keeps up, beside the one it serves.
    var isServed = true

    var description: String {
        let remedy =
            EmbeddingModel(model).isProvided
            ? "set OPENAI_API_KEY, DEFAULT_EMBEDDING_MODEL=\(model.name) and EMBEDDING_DIMENSION=\(model.dimension)"
            : "put the model's weights into the folder that GREENROOM_MODEL_DIR names"
        let here = models.map(\.description).joined(separator: ", ")
        let uses = isServed ? "serves" : "keeps up"
        return "collection \(collection.rawValue) \(uses) the model \(model), which this instance cannot compute "
            + "(it has \(here)): \(remedy); to have the collections serve another model, run 'greenroom reembed --model NAME "
            + "--switch' where both can be computed"
    }
}
