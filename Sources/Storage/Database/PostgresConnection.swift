import Synchronization

/// A leased connection. It is usable inside the closure that it was handed to; later calls throw `leaseEnded`.
///
/// Statements of several child tasks run one after the other. Session settings, advisory locks and temporary tables
/// outlive the closure with the connection: undo them or call `retire()`.
public struct PostgresConnection: Sendable {
    private let lease: ConnectionPool.Lease
    private let configuration: DatabaseConfiguration
    private let retirement = Retirement()

    init(lease: ConnectionPool.Lease, configuration: DatabaseConfiguration) {
        self.lease = lease
        self.configuration = configuration
    }

    /// Runs one statement.
    /// - Parameter timeoutSeconds: instead of the configured time; 0 is without limit.
    /// - Throws: `PostgresError`; `CancellationError` when the task was cancelled, and then the statement too.
    @discardableResult
    public nonisolated(nonsending) func query(_ statement: Statement, timeoutSeconds: Double? = nil) async throws
        -> Rows
    {
        try await lease.session.query(statement, lease: lease.number, timeout: timeout(timeoutSeconds))
    }

    /// Runs `body` in one transaction, once; `Database.withTransaction` is the one that retries.
    @discardableResult
    public nonisolated(nonsending) func withTransaction<Result>(
        isolation: TransactionIsolation = .readCommitted, readOnly: Bool = false,
        _ body: nonisolated(nonsending) (Transaction) async throws -> Result
    ) async throws -> Result {
        try Task.checkCancellation()
        let begin = "BEGIN ISOLATION LEVEL \(isolation.rawValue) \(readOnly ? "READ ONLY" : "READ WRITE")"
        _ = try await lease.session.command(begin, lease: lease.number, timeout: timeout(nil))
        let result: Result
        do {
            result = try await body(Transaction(connection: self))
            try Task.checkCancellation()
        } catch {
            await rollBack()
            throw error
        }
        do {
            try await lease.session.commit(lease: lease.number, timeout: timeout(nil))
        } catch {
            await rollBack()
            throw error
        }
        return result
    }

    /// Has the connection closed instead of reused when its lease ends.
    public func retire() { retirement.isRequested.store(true, ordering: .relaxed) }

    var isRetired: Bool { retirement.isRequested.load(ordering: .relaxed) }

    /// The server rolls back by itself what cannot be rolled back here: such a connection is closed.
    private nonisolated(nonsending) func rollBack() async {
        guard lease.session.status.current != .idle else { return }
        do {
            _ = try await lease.session.command("ROLLBACK", lease: lease.number, timeout: timeout(nil))
        } catch {
            retire()
        }
    }

    private func timeout(_ seconds: Double?) -> Duration? {
        guard let seconds else { return configuration.statementTimeout }
        return seconds > 0 ? .seconds(seconds) : nil
    }

    // MARK: Bulk, for transactions

    nonisolated(nonsending) func pipeline(_ statements: [Statement]) async throws -> Int {
        try await lease.session.pipeline(statements, lease: lease.number, timeout: timeout(nil))
    }

    nonisolated(nonsending) func beginCopy(_ sql: String) async throws {
        try await lease.session.beginCopy(sql, lease: lease.number, timeout: timeout(nil))
    }

    nonisolated(nonsending) func putCopy(_ bytes: [UInt8]) async throws {
        try await lease.session.putCopy(bytes, timeout: timeout(nil))
    }

    nonisolated(nonsending) func endCopy(_ sql: String, abortReason: String?) async throws -> Int {
        try await lease.session.endCopy(sql, abortReason: abortReason, timeout: timeout(nil))
    }
}

/// Shared by the copies of a connection.
private final class Retirement: Sendable {
    let isRequested = Atomic(false)
}
