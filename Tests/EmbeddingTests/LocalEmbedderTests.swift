import Foundation
import TestSupport
import Testing
import Workers

@testable import Embedding

@Suite struct LocalEmbedderTests {
    @Test(arguments: LocalEmbedder.Precision.allCases)
    func agreesWithTheReference(_ precision: LocalEmbedder.Precision) async throws {
        let embedder = try LocalEmbedder(folder: try TestModel.folder(), precision: precision, threads: 2)
        defer { embedder.shutdown() }
        let texts = try ReferenceTexts.load().texts.filter { $0.vector != nil && $0.ids.count < 256 }
        #expect(texts.count >= 40)
        var lowest = 1.0
        for start in stride(from: 0, to: texts.count, by: 64) {
            let part = texts[start..<min(start + 64, texts.count)]
            let vectors = try await embedder.embed(part.map(\.text))
            for (text, vector) in zip(part, vectors) {
                let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
                #expect(abs(length - 1) < 1e-5)
                lowest = min(lowest, cosine(vector, try #require(text.vector)))
            }
        }
        #expect(lowest >= (precision == .float32 ? 0.999999 : 0.9999), "minimum cosine \(lowest)")
    }

    @Test func aTextHasOneVectorWhateverItsCompany() async throws {
        let folder = try TestModel.folder()
        let texts = try ReferenceTexts.load().texts.prefix(24).map(\.text)
        let alone = try LocalEmbedder(folder: folder, threads: 1)
        let many = try LocalEmbedder(folder: folder, threads: 3)
        defer {
            alone.shutdown()
            many.shutdown()
        }
        var one: [[Float]] = []
        for text in texts { one += try await alone.embed([text]) }
        #expect(try await many.embed(texts) == one)
        #expect(try await many.embed(texts.reversed()) == one.reversed())
        #expect(try await many.embed([texts[3]]) == [one[3]])
    }

    @Test func aLongTextIsSplitAndNotCut() async throws {
        let embedder = try LocalEmbedder(folder: try TestModel.folder())
        defer { embedder.shutdown() }
        let opening = String(repeating: "We maintain large databases for hospitals. ", count: 60)
        #expect(embedder.tokenCount(opening) > 256)
        let vectors = try await embedder.embed([
            opening, opening + String(repeating: "The chef bakes bread and cakes. ", count: 60), "baking bread",
        ])
        #expect(cosine(vectors[1], vectors[2]) > cosine(vectors[0], vectors[2]) + 0.1, "what stands at the end counts")
    }

    @Test func refusesWhatIsBeyondItsLimits() async throws {
        let embedder = try LocalEmbedder(folder: try TestModel.folder())
        defer { embedder.shutdown() }
        let large = String(repeating: "x", count: LocalEmbedder.textBytesMax + 1)
        await #expect(throws: EmbeddingInputError.self) { try await embedder.embed(["a", large]) }
        let many = Array(repeating: "a", count: LocalEmbedder.textsMax + 1)
        await #expect(throws: EmbeddingInputError.self) { try await embedder.embed(many) }
        #expect(try await embedder.embed([]) == [])
    }

    @Test func aCancelledCallEnds() async throws {
        let embedder = try LocalEmbedder(folder: try TestModel.folder(), threads: 1)
        defer { embedder.shutdown() }
        let texts = (0..<900).map { "text number \($0) about databases and their many indexes" }
        let task = Task { try await embedder.embed(texts) }
        while embedder.queueDepth == 0 { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await embedder.embed(["still there"]).count == 1)
    }

    @Test func saysWhatIsWrongWithTheModelsFiles() throws {
        #expect(throws: ModelError.self) { try LocalEmbedder(folder: "/nonexistent") }
        let folder = FileManager.default.temporaryDirectory.appending(path: "model-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("not weights".utf8).write(to: folder.appending(path: "model.safetensors"))
        let error = #expect(throws: ModelError.self) { try LocalEmbedder(folder: folder.path) }
        #expect(error?.description.contains("scripts/fetch-model") ?? false)
        try FileManager.default.removeItem(at: folder)
        #expect(throws: Never.self) { try LocalEmbedder.verify(folder: try TestModel.folder()) }
    }
}
