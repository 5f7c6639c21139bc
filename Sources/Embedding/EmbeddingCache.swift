public import Metrics
import Synchronization

/// Vectors of texts that were embedded lately, in memory. The least recently used leave first; each leaves when its time is
/// over, however often it was used. Bounded in entries and in bytes. Safe to use from any thread; every call is O(1).
public final class EmbeddingCache: Sendable {
    public struct Statistics: Sendable, Equatable {
        public var count = 0
        /// Texts, vectors and what the entries themselves take, estimated.
        public var bytes = 0
        public var hits = 0
        public var misses = 0
        /// Entries that left for want of room.
        public var evictions = 0
        /// Entries that left because their time was over.
        public var expirations = 0
    }

    private struct Key: Hashable {
        let model: Int
        let text: ExactText
    }

    private struct State {
        var store: RecencyStore<Key, [Float]>
        /// Models seen, by the number that stands in keys.
        var models: [EmbeddingModel] = []
        var hits = 0
        var misses = 0

        /// The number of a model; a handful are ever seen.
        mutating func number(of model: EmbeddingModel) -> Int {
            if let number = models.firstIndex(of: model) { return number }
            models.append(model)
            return models.count - 1
        }
    }

    /// What an entry takes beside its text and its numbers: table, links, headers of the string and the array.
    private static let entryBytes = 192

    private let state: Mutex<State>
    /// Time since this cache was made.
    private let now: @Sendable () -> Duration
    private let hitCounter: Counter
    private let requestCounter: Counter

    /// - Parameters:
    ///   - capacity: entries.
    ///   - ttlSeconds: how long a vector stays.
    ///   - bytesMax: of texts and vectors together.
    ///   - clock: tells the time.
    public init<C: Clock>(
        capacity: Int = 10_000, ttlSeconds: Int = 7_200, bytesMax: Int = 64 << 20, clock: C = ContinuousClock(),
        metrics factory: any MetricsFactory = MetricsSystem.factory
    ) where C.Duration == Duration {
        state = Mutex(
            State(store: RecencyStore(countMax: capacity, bytesMax: bytesMax, lifetime: .seconds(ttlSeconds))))
        let start = clock.now
        now = { start.duration(to: clock.now) }
        hitCounter = Counter(label: "cache_hits_total", dimensions: [("cache", "embedding")], factory: factory)
        requestCounter = Counter(label: "cache_requests_total", dimensions: [("cache", "embedding")], factory: factory)
    }

    /// The vector of a text by a model, which becomes the most recently used, or nil. White space at the text's ends does
    /// not matter.
    public func vector(for text: String, by model: EmbeddingModel) -> [Float]? {
        vector(for: ExactText(normalizing: text), by: model)
    }

    func vector(for text: ExactText, by model: EmbeddingModel) -> [Float]? {
        let found = state.withLock { state in
            let key = Key(model: state.number(of: model), text: text)
            let found = state.store.use(key, now: now())
            if found != nil { state.hits += 1 } else { state.misses += 1 }
            return found
        }
        requestCounter.increment()
        if found != nil { hitCounter.increment() }
        return found
    }

    /// The same without counting and without making it the most recently used.
    func peek(_ text: ExactText, by model: EmbeddingModel) -> [Float]? {
        state.withLock { state in
            let key = Key(model: state.number(of: model), text: text)
            return state.store.peek(key, now: now())
        }
    }

    /// Keeps a text's vector; it is the most recently used then.
    public func insert(_ vector: [Float], for text: String, by model: EmbeddingModel) {
        insert(vector, for: ExactText(normalizing: text), by: model)
    }

    func insert(_ vector: [Float], for text: ExactText, by model: EmbeddingModel) {
        let bytes = text.text.utf8.count + vector.count * MemoryLayout<Float>.stride + Self.entryBytes
        state.withLock { state in
            let key = Key(model: state.number(of: model), text: text)
            state.store.insert(vector, for: key, bytes: bytes, now: now())
        }
    }

    public func removeAll() { state.withLock { $0.store.removeAll() } }

    public var statistics: Statistics {
        state.withLock { state in
            Statistics(
                count: state.store.count, bytes: state.store.bytes, hits: state.hits, misses: state.misses,
                evictions: state.store.evictions, expirations: state.store.expirations)
        }
    }
}
