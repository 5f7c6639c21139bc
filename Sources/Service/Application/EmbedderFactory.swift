import Embedding

extension LocalEmbedder {
    init(_ configuration: EmbeddingConfiguration) throws {
        try self.init(
            folder: configuration.modelFolder, precision: configuration.precision == .int16 ? .int16 : .float32,
            threads: configuration.threadCount)
    }
}

extension CachedEmbedder {
    init(_ base: any Embedder, _ configuration: EmbeddingConfiguration) {
        self.init(base, capacity: configuration.cacheCountMax, ttlSeconds: configuration.cacheSeconds)
    }
}
