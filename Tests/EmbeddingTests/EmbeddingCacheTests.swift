import Synchronization
import Testing

@testable import Embedding

@Suite struct EmbeddingCacheTests {
    private let model = EmbeddingModel(name: "m", revision: "1", dimension: 2)

    @Test func forgetsTheLeastRecentlyUsed() {
        let cache = EmbeddingCache(capacity: 2, ttlSeconds: 60)
        cache.insert([1, 0], for: "a", by: model)
        cache.insert([2, 0], for: "b", by: model)
        #expect(cache.vector(for: "a", by: model) == [1, 0])
        cache.insert([3, 0], for: "c", by: model)
        #expect(cache.vector(for: "b", by: model) == nil)
        #expect(cache.vector(for: "a", by: model) == [1, 0])
        #expect(cache.vector(for: " a ", by: model) == [1, 0], "white space at the ends does not matter")
        #expect(cache.vector(for: "a", by: EmbeddingModel(name: "m", revision: "2", dimension: 2)) == nil)
        let statistics = cache.statistics
        #expect(statistics.hits == 3 && statistics.misses == 2 && statistics.evictions == 1 && statistics.count == 2)
    }

    @Test func forgetsWhatIsTooOld() {
        let clock = HandClock()
        let cache = EmbeddingCache(capacity: 10, ttlSeconds: 60, clock: clock)
        cache.insert([1, 0], for: "a", by: model)
        clock.advance(by: .seconds(59))
        #expect(cache.vector(for: "a", by: model) != nil)
        clock.advance(by: .seconds(2))
        #expect(cache.vector(for: "a", by: model) == nil)
        #expect(cache.statistics.expirations == 1)
    }

    @Test func keepsWithinItsBytes() {
        let cache = EmbeddingCache(capacity: 1_000, ttlSeconds: 60, bytesMax: 10_000)
        for number in 0..<500 { cache.insert([1, 0], for: "text number \(number)", by: model) }
        #expect(cache.statistics.bytes <= 10_000 && cache.statistics.count > 0)
    }
}

/// A clock that a test moves.
private final class HandClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let time = Mutex(Duration.zero)
    var now: Instant { Instant(offset: time.withLock { $0 }) }
    var minimumResolution: Duration { .zero }
    func advance(by duration: Duration) { time.withLock { $0 += duration } }
    func sleep(until deadline: Instant, tolerance: Duration?) async throws {}
}
