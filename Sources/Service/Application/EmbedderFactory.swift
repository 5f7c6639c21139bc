import Embedding

extension LocalEmbedder {
    convenience init(_ configuration: EmbeddingConfiguration) throws {
        try self.init(
            folder: configuration.modelFolder, precision: configuration.precision == .int16 ? .int16 : .float32,
            threads: configuration.threadCount)
    }
}

extension EmbeddingConfiguration {
    /// The embedder that serves, behind a circuit breaker: the provider's where a key is set, else the local model.
    func makeEmbedder() throws -> BreakingEmbedder {
        if let provider { return BreakingEmbedder(RemoteEmbedder(provider)) }
        return BreakingEmbedder(try LocalEmbedder(self))
    }
}

extension CachedEmbedder {
    convenience init(_ embedder: any Embedder, _ configuration: EmbeddingConfiguration) {
        self.init(
            embedder,
            cache: EmbeddingCache(capacity: configuration.cacheCountMax, ttlSeconds: configuration.cacheSeconds))
    }
}
