import Embedding

extension EmbeddingConfiguration.Precision {
    var encoder: LocalEmbedder.Precision { self == .int16 ? .int16 : .float32 }
}

extension LocalEmbedder {
    convenience init(_ configuration: EmbeddingConfiguration) throws {
        try self.init(configuration, Self.model(configuration.precision.encoder))
    }

    /// - Parameter model: that of one of the precisions.
    convenience init(_ configuration: EmbeddingConfiguration, _ model: EmbeddingModel) throws {
        let precision = Precision.allCases.first { Self.model($0) == model }
        try self.init(
            folder: configuration.modelFolder, precision: precision ?? configuration.precision.encoder,
            threads: configuration.threadCount)
    }
}

extension EmbeddingConfiguration {
    /// The embedder that the settings name, behind a circuit breaker: the provider's where a key is set, else the local
    /// model. For tools that use no collection; what a collection serves, the database says.
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
