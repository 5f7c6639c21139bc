import Synchronization
import Workers

/// An embedder with a cache before it, in which callers that ask for the same text at the same time share one computation.
///
/// White space at the ends of a text is taken off before it is looked up and embedded. A caller that is cancelled leaves at
/// once; what it waited for goes on while another caller waits for it, and is cancelled when none does. Errors are not
/// cached.
public final class CachedEmbedder: Embedder {
    public let model: EmbeddingModel
    public let cache: EmbeddingCache
    private let embedder: any Embedder
    private let book = Mutex(FlightBook())

    public init(_ embedder: any Embedder, cache: EmbeddingCache) {
        self.embedder = embedder
        self.cache = cache
        model = embedder.model
    }

    /// Unit vectors in the order of the texts.
    /// - Throws: what the embedder throws, or `CancellationError`.
    public func embed(_ texts: [String]) async throws -> [[Float]] {
        try await embedReportingCache(texts).vectors
    }

    /// Unit vectors in the order of the texts, and for each whether it came from the cache.
    /// - Throws: what the embedder throws, or `CancellationError`.
    public func embedReportingCache(_ texts: [String]) async throws -> (vectors: [[Float]], cached: [Bool]) {
        try Task.checkCancellation()
        let keys = texts.map(ExactText.init(normalizing:))
        var found: [ExactText: [Float]] = [:]
        var cached: [Bool] = []
        for key in keys {
            let vector = cache.vector(for: key, by: model)
            cached.append(vector != nil)
            if let vector { found[key] = vector }
        }
        var missing: [ExactText] = []
        var seen: Set<ExactText> = []
        for key in keys where found[key] == nil && seen.insert(key).inserted { missing.append(key) }
        if !missing.isEmpty { found.merge(try await compute(missing)) { first, _ in first } }
        let vectors = keys.map { key in
            guard let vector = found[key] else { preconditionFailure("every text was found or computed") }
            return vector
        }
        return (vectors, cached)
    }

    /// Vectors of texts that differ, shared with other callers.
    private func compute(_ texts: [ExactText]) async throws -> [ExactText: [Float]] {
        var vectors: [ExactText: [Float]] = [:]
        // What another caller finished since the look-up is in the cache: it is entered before its flight ends.
        let boarding = book.withLock { book in
            book.board(
                texts.filter { text in
                    vectors[text] = cache.peek(text, by: model)
                    return vectors[text] == nil
                })
        }
        if let own = boarding.own { start(own.seat.flight, own.texts) }
        var seats = Set(boarding.shared.map(\.seat))
        if let own = boarding.own { seats.insert(own.seat) }
        do {
            if let own = boarding.own {
                for (text, vector) in zip(own.texts, try await wait(own.seat).get()) { vectors[text] = vector }
            }
            vectors.merge(try await share(boarding.shared)) { first, _ in first }
            return vectors
        } catch {
            for seat in seats { abandon(seat) }
            throw error
        }
    }

    /// Vectors that others compute.
    private func share(
        _ shared: [(text: ExactText, seat: FlightBook.Seat, place: Int)]
    ) async throws -> [ExactText: [Float]] {
        var results: [FlightBook.Seat: FlightBook.Vectors] = [:]
        var vectors: [ExactText: [Float]] = [:]
        var failed: [ExactText] = []
        for (text, seat, place) in shared {
            let result: FlightBook.Vectors
            if let known = results[seat] { result = known } else { result = await wait(seat) }
            results[seat] = result
            try Task.checkCancellation()
            switch result {
            case .success(let all): vectors[text] = all[place]
            case .failure(let error as WorkerPoolError): throw error
            // Another text of that flight may be to blame: these are tried without it.
            case .failure: failed.append(text)
            }
        }
        if failed.isEmpty { return vectors }
        for (text, vector) in zip(failed, try await embedder.embed(failed.map(\.text))) {
            cache.insert(vector, for: text, by: model)
            vectors[text] = vector
        }
        return vectors
    }

    /// Begins a flight in a task of its own, which no single caller's cancellation ends.
    private func start(_ flight: Int, _ texts: [ExactText]) {
        let task = Task { [self] in
            let result: FlightBook.Vectors
            do {
                let vectors = try await embedder.embed(texts.map(\.text))
                precondition(vectors.count == texts.count, "an embedder gives a vector for each text")
                for (text, vector) in zip(texts, vectors) { cache.insert(vector, for: text, by: model) }
                result = .success(vectors)
            } catch {
                result = .failure(error)
            }
            for wake in book.withLock({ $0.end(flight, result) }) { wake(result) }
        }
        let cancel = book.withLock { $0.began(flight, cancel: { task.cancel() }) }
        cancel?()
    }

    /// The vectors of a flight, or its error, or a cancellation when this task is cancelled first.
    private func wait(_ seat: FlightBook.Seat) async -> FlightBook.Vectors {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<FlightBook.Vectors, Never>) in
                let known = book.withLock { $0.wait(seat) { continuation.resume(returning: $0) } }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            abandon(seat)
        }
    }

    private func abandon(_ seat: FlightBook.Seat) {
        let (wake, cancel) = book.withLock { $0.abandon(seat) }
        wake?(.failure(CancellationError()))
        cancel?()
    }

    /// Computations under way.
    var flightCount: Int { book.withLock { $0.count } }
}
