import Storage

/// Keeps the set of a collection's models as it is while items are written, and writers away while it changes.
///
/// A writer that has read which models are maintained writes and queues by that until it commits. Were a model added
/// meanwhile, its backlog would be looked for before the writer's row can be seen, and the row would be left without a
/// vector for good. So writers hold this lock shared from before they read to commit, and whoever changes the set holds
/// it exclusively; it waits for the writers under way, and later ones wait for it. Advisory locks leave no trace on the
/// collection's row, which every commit updates.
enum ModelLock {
    /// Our own first key of PostgreSQL's two-part advisory locks.
    private static let family: Int32 = 0x4752_4D4C
    private static let waitMilliseconds = "10000"

    /// In a statement by itself: the next one sees what the holder before has committed.
    static func share(_ collection: CollectionName, in transaction: Transaction) async throws {
        try await transaction.query(
            "SELECT pg_advisory_xact_lock_shared(\(family), \(number(of: collection))) IS NULL")
    }

    /// Of several collections in the order of their names.
    /// - Throws: `PostgresError` after 10 s, in which nobody writes longer than needed.
    static func exclude(_ collection: CollectionName, in transaction: Transaction) async throws {
        try await transaction.setLocal("lock_timeout", waitMilliseconds)
        try await transaction.query("SELECT pg_advisory_xact_lock(\(family), \(number(of: collection))) IS NULL")
    }

    /// Never to be changed: two versions of the program may run at once.
    private static func number(of collection: CollectionName) -> Int32 {
        switch collection {
        case .answers: 1
        case .jobDescriptions: 2
        case .questions: 3
        case .userPatterns: 4
        }
    }
}
