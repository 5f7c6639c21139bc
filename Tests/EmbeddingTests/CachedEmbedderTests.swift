import Synchronization
import Testing

@testable import Embedding

@Suite struct CachedEmbedderTests {
    @Test func asksOnceForEachText() async throws {
        let slow = CountingEmbedder()
        let cached = CachedEmbedder(slow, cache: EmbeddingCache())
        let vectors = try await withThrowingTaskGroup(of: [[Float]].self) { group in
            for _ in 0..<20 { group.addTask { try await cached.embed(["a", "bb", "a"]) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(vectors.allSatisfy { $0 == [[1, 0], [2, 0], [1, 0]] })
        #expect(slow.texts.withLock { $0.sorted() } == ["a", "bb"], "callers at the same time share one computation")
        let (again, isCached) = try await cached.embedReportingCache(["bb", "ccc"])
        #expect(again == [[2, 0], [3, 0]] && isCached == [true, false])
    }

    @Test func doesNotKeepErrors() async throws {
        let slow = CountingEmbedder()
        slow.fails.withLock { $0 = true }
        let cached = CachedEmbedder(slow, cache: EmbeddingCache())
        await #expect(throws: CountingEmbedder.Broken.self) { try await cached.embed(["a"]) }
        slow.fails.withLock { $0 = false }
        #expect(try await cached.embed(["a"]) == [[1, 0]])
    }
}

/// Embeds a text as its length, slowly, and remembers what it was asked.
private final class CountingEmbedder: Embedder {
    struct Broken: Error {}

    let model = EmbeddingModel(name: "length", revision: "1", dimension: 2)
    let texts = Mutex<[String]>([])
    let fails = Mutex(false)

    func embed(_ asked: [String]) async throws -> [[Float]] {
        texts.withLock { $0 += asked }
        for _ in 0..<200 { await Task.yield() }
        if fails.withLock({ $0 }) { throw Broken() }
        return asked.map { [Float($0.count), 0] }
    }
}
