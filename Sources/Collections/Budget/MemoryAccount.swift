import Synchronization

/// What one collection has in use of its budget, for as long as the collection lives.
///
/// Used by the collection's writer, under its lock; the budget's lock is taken inside that one, never the other way
/// round.
final class MemoryAccount: Sendable {
    private struct Books {
        var held = 0
        var postponed: MemoryLimitError?
    }

    let budget: MemoryBudget
    private let collection: String
    private let pointBytes: Int
    private let books = Mutex(Books())

    init(_ budget: MemoryBudget, schema: CollectionSchema, parameters: CollectionParameters) {
        self.budget = budget
        collection = schema.name
        pointBytes = PointMemory.bytes(schema, parameters)
    }

    deinit { budget.settle(books.withLock(\.held), at: 0) }

    /// Takes room for points before they are stored.
    func admit(_ points: some Sequence<PreparedPoint>) throws(MemoryLimitError) {
        let bytes = points.reduce(0) { $0 + pointBytes + $1.payloadBytes }
        try take(bytes, .points)
    }

    /// Takes room for the segments of a snapshot.
    func admit(restored parts: [Part]) throws(MemoryLimitError) { try take(use(of: parts).residentBytes, .snapshot) }

    /// States what the parts of a collection hold after a change.
    func settle(_ parts: [Part]) {
        let bytes = use(of: parts).residentBytes
        books.withLock { books in
            budget.settle(books.held, at: bytes)
            books.held = bytes
        }
    }

    /// Reserves room for a rewrite, to be given back to `budget.release` whatever becomes of the rewrite.
    /// - Returns: the bytes reserved.
    func reserve(_ rewrite: RewriteMemory) throws(MemoryLimitError) -> Int {
        let bytes = rewrite.resultBytes + rewrite.workBytes
        try budget.reserve(bytes, growth: rewrite.resultBytes - rewrite.freedBytes, of: collection)
        return bytes
    }

    /// Why a rewrite that is due was not done when it was last tried; nil when none was refused.
    var postponed: MemoryLimitError? {
        get { books.withLock(\.postponed) }
        set { books.withLock { $0.postponed = newValue } }
    }

    private func take(_ bytes: Int, _ purpose: MemoryLimitError.Purpose) throws(MemoryLimitError) {
        try books.withLock { books throws(MemoryLimitError) in
            try budget.admit(bytes, purpose, of: collection)
            books.held += bytes
        }
    }

    private func use(of parts: [Part]) -> MemoryUse {
        parts.reduce(into: MemoryUse()) { $0.add($1, pointBytes: pointBytes) }
    }
}
