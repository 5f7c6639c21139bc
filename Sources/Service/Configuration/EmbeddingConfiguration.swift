import Embedding
import Foundation

/// Settings of the embedding model: a provider's where a key is set, else the local one.
struct EmbeddingConfiguration: Sendable {
    enum Precision: String, Sendable, CaseIterable { case int16, float32 }

    /// Holds `model.safetensors` and `vocab.txt`.
    var modelFolder: String
    var precision: Precision
    var threadCount: Int
    var cacheCountMax: Int
    var cacheSeconds: Int
    /// Nil when the local model serves.
    var provider: RemoteEmbedderConfiguration?

    init(_ reader: inout SettingReader) {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        modelFolder = reader.text("GREENROOM_MODEL_DIR", default: "var/model")
        precision = reader.choice("EMBEDDING_PRECISION", default: .int16)
        threadCount = reader.integer("EMBEDDING_THREADS", default: min(cores, 8), in: 1...256)
        cacheCountMax = reader.integer("EMBEDDING_CACHE_SIZE", default: 10_000, in: 1...10_000_000)
        cacheSeconds = reader.integer("EMBEDDING_CACHE_TTL", default: 7_200, in: 1...31_536_000)
        provider = RemoteEmbedderConfiguration(&reader)
    }

    /// For commands that need nothing else.
    /// - Throws: `ConfigurationError` that names every key with a problem.
    init(environment: [String: String]) throws {
        var reader = SettingReader(environment: environment)
        self.init(&reader)
        try reader.finish()
    }
}
