import Embedding
import Foundation
import Testing

@testable import greenroom

@Suite struct InstanceEmbeddersTests {
    private static let provider: [String: String] = [
        "OPENAI_API_KEY": "sk-none", "DEFAULT_EMBEDDING_MODEL": "words", "EMBEDDING_DIMENSION": "8",
    ]

    private func embedders(_ environment: [String: String]) throws -> InstanceEmbedders {
        var environment = environment
        environment["GREENROOM_MODEL_DIR"] = environment["GREENROOM_MODEL_DIR"] ?? "/nonexistent"
        return InstanceEmbedders(try EmbeddingConfiguration(environment: environment))
    }

    @Test func theSettingsNameTheModelOfAFreshDatabase() throws {
        let local = try embedders(["EMBEDDING_PRECISION": "float32"])
        #expect(local.first == LocalEmbedder.model(.float32))
        #expect(local.models == [LocalEmbedder.model(.float32), LocalEmbedder.model(.int16)])
        // Without weights there is the provider alone.
        let provided = try embedders(Self.provider)
        #expect(provided.first.name == "words" && provided.models == [provided.first])
        #expect(try provided.embedder(of: provided.first)?.source.model == provided.first)
        #expect(try provided.embedder(of: LocalEmbedder.model(.int16)) == nil)
        #expect(throws: ModelError.self) { try local.embedder(of: local.first) }
    }

    @Test func bothAreThereWhereWeightsAndAKeyAre() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weights-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["model.safetensors", "vocab.txt"] { try Data().write(to: folder.appending(path: name)) }
        let both = try embedders(Self.provider.merging(["GREENROOM_MODEL_DIR": folder.path]) { $1 })
        #expect(both.models.map(\.name) == ["words", "all-MiniLM-L6-v2", "all-MiniLM-L6-v2"])
        #expect(try both.model(named: "words") == both.first)
        #expect(try both.model(named: "all-MiniLM-L6-v2") == LocalEmbedder.model(.int16))
        let exact = LocalEmbedder.model(.float32)
        #expect(try both.model(named: "\(exact)") == exact)
        #expect(try both.model(named: "\(exact.name)@\(exact.revision)") == exact)
        let error = #expect(throws: UsageError.self) { try both.model(named: "other") }
        #expect(error?.description.contains("\(exact)") == true)
        try FileManager.default.removeItem(at: folder)
    }
}
