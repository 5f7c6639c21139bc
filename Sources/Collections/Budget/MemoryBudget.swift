import Metrics
import Synchronization

/// A limit to the memory that some collections take together.
///
/// What a collection has in use are the bytes that its published state and its writer hold: segments as they are, and
/// the points of tails at an estimate of the most they can come to (`PointMemory`). Mapped files do not count, for the
/// system takes their pages back as it likes. Neither do states that searches under way still hold, the scratch memory of
/// searches, and what the process needs besides vectors: leave room for them.
///
/// - Points are admitted where they fit in the limit with what is in use, and in limit and headroom with what rewrites
///   under way have reserved. Deletes are always admitted.
/// - A rewrite is admitted where the estimate of its result and of its work fits in limit and headroom with all that is
///   in use and reserved, and where what is in use stays within the limit after it or shrinks by it. What is not admitted
///   stays due: see `CollectionInfo.postponed`.
/// - Never refused is what keeps the writer going: where closed tails must not wait longer it seals them itself, at most
///   `closedTailsMax` × `tailPointsMax` points at a time in each collection. Headroom should be no less than these take.
///
/// Safe to use from all threads; its lock is held for a few additions. No search takes it.
public final class MemoryBudget: Sendable {
    public let limitBytes: Int
    /// What rewrites may take beyond the limit while they are under way.
    public let headroomBytes: Int

    private struct Books {
        var inUse = 0
        var reserved = 0
    }

    private let books = Mutex(Books())
    private let useGauge: Gauge
    private let reservedGauge: Gauge

    /// - Parameters:
    ///   - limitBytes: above 0.
    ///   - headroomBytes: 0 or more; a quarter of the limit where nil. The building of a graph takes about twice its
    ///     result meanwhile, so with a quarter about a tenth of all points can be merged at a time once the limit is
    ///     reached.
    public convenience init(limitBytes: Int, headroomBytes: Int? = nil) {
        self.init(limitBytes: limitBytes, headroomBytes: headroomBytes, factory: MetricsSystem.factory)
    }

    init(limitBytes: Int, headroomBytes: Int?, factory: any MetricsFactory) {
        precondition(limitBytes > 0, "the limit of memory is \(limitBytes) bytes, allowed is 1 or more")
        precondition(headroomBytes ?? 0 >= 0, "the headroom is \(headroomBytes ?? 0) bytes, allowed is 0 or more")
        self.limitBytes = limitBytes
        self.headroomBytes = headroomBytes ?? limitBytes / 4
        useGauge = Gauge(label: "vector_memory_bytes", factory: factory)
        reservedGauge = Gauge(label: "vector_memory_reserved_bytes", factory: factory)
        Gauge(label: "vector_memory_limit_bytes", factory: factory).record(limitBytes)
        useGauge.record(0)
        reservedGauge.record(0)
    }

    /// Bytes in use by all collections of this budget.
    public var bytesInUse: Int { books.withLock(\.inUse) }

    /// Bytes that rewrites under way have reserved.
    public var bytesReserved: Int { books.withLock(\.reserved) }

    /// Takes bytes into use, where they fit.
    func admit(
        _ bytes: Int, _ purpose: MemoryLimitError.Purpose, of collection: String
    ) throws(MemoryLimitError) {
        guard bytes > 0 else { return }
        try change { books throws(MemoryLimitError) in
            let after = books.inUse.addingReportingOverflow(bytes)
            guard !after.overflow, after.partialValue <= limitBytes,
                after.partialValue - limitBytes <= headroomBytes - books.reserved
            else { throw refusal(books, bytes, purpose, collection) }
            books.inUse = after.partialValue
        }
    }

    /// Puts what a collection really holds in the place of what it had in use before.
    func settle(_ before: Int, at after: Int) {
        if before != after { change { $0.inUse += after - before } }
    }

    /// Reserves the bytes a rewrite needs while it is under way; `release` gives them back. One that leaves nothing needs
    /// nothing, and is always admitted.
    /// - Parameter growth: by which there is more in use after the rewrite; negative where there is less.
    func reserve(_ bytes: Int, growth: Int, of collection: String) throws(MemoryLimitError) {
        guard bytes > 0 else { return }
        try change { books throws(MemoryLimitError) in
            let isKept = growth <= 0 || books.inUse + growth <= limitBytes
            guard isKept, bytes <= limitBytes - books.inUse - books.reserved + headroomBytes else {
                throw refusal(books, bytes, .rewrite, collection)
            }
            books.reserved += bytes
        }
    }

    func release(_ bytes: Int) {
        if bytes > 0 { change { $0.reserved -= bytes } }
    }

    /// Gauges are set under the lock, so that they end at the last change.
    private func change<Failure: Error>(_ body: (inout Books) throws(Failure) -> Void) throws(Failure) {
        try books.withLock { books throws(Failure) in
            try body(&books)
            precondition(books.inUse >= 0 && books.reserved >= 0, "more memory was given back than taken")
            useGauge.record(books.inUse)
            reservedGauge.record(books.reserved)
        }
    }

    private func refusal(
        _ books: Books, _ bytes: Int, _ purpose: MemoryLimitError.Purpose, _ collection: String
    ) -> MemoryLimitError {
        MemoryLimitError(
            collection: collection, purpose: purpose, bytesNeeded: bytes, bytesInUse: books.inUse,
            bytesReserved: books.reserved, limitBytes: limitBytes, headroomBytes: headroomBytes)
    }
}
