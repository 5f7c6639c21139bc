public import Logging
public import ServiceLifecycle

/// A PostgreSQL database behind a pool of connections.
///
/// Vocabulary: a *session* is one connection to the server; a *lease* is the right to use a session, held while a
/// closure runs; a *statement* is SQL with bound parameters; *rows* are a whole result in memory.
///
/// 1. No call blocks a thread of Swift's: sockets are served by one thread of the database's own.
/// 2. A session serves one lease at a time, and a lease ends with its closure, however that ends.
/// 3. A session that is broken, in a transaction or in the middle of an exchange is closed, never leased again.
/// 4. A statement whose task is cancelled or whose time is up is cancelled on the server too.
/// 5. A value reaches the server as a parameter, never as SQL.
/// 6. Every call ends: each wait has a limit, and a connection that breaks ends all waits on it.
///
/// Usable as soon as it is made; `run()` adds the regular housekeeping. `shutdown()` must be called at the end, unless
/// `run()` was, which does so itself.
public final class Database: Service, Sendable {
    public let configuration: DatabaseConfiguration

    private let environment: SessionEnvironment
    private let pool: ConnectionPool
    private let listeners = ListenerRegistry()

    /// How long `shutdown()` waits for leases to end before it closes their connections.
    public static let shutdownWaitSeconds = 10
    private static let housekeepingSeconds = 1

    /// Connects to nothing yet.
    public init(configuration: DatabaseConfiguration, logger: Logger) {
        self.configuration = configuration
        environment = SessionEnvironment(configuration: configuration, logger: logger)
        pool = ConnectionPool(environment: environment)
    }

    /// The thread that serves the sockets, as an executor. A task started with `executorPreference: database.executor`
    /// that mostly waits for statements saves two changes of thread for each. It must not compute for long: every
    /// statement of the database waits meanwhile.
    public var executor: any TaskExecutor { environment.loop }

    public var statistics: PoolStatistics { pool.statistics }

    /// Runs one statement on a connection of its own, for at most `statementTimeoutSeconds`.
    /// - Throws: `PostgresError`; `CancellationError` when the task was cancelled, and then the statement too.
    @discardableResult
    public nonisolated(nonsending) func query(_ statement: Statement) async throws -> Rows {
        let lease = try await pool.acquire()
        defer { pool.release(lease) }
        return try await lease.session.query(statement, lease: lease.number, timeout: configuration.statementTimeout)
    }

    /// Leases a connection for as long as `body` runs; a later use of it throws `leaseEnded`.
    /// - Throws: what `body` throws; `PostgresError` when there is no connection to be had.
    @discardableResult
    public nonisolated(nonsending) func withConnection<Result>(
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        let lease = try await pool.acquire()
        let connection = PostgresConnection(lease: lease, configuration: configuration)
        defer { pool.release(lease, isReusable: !connection.isRetired) }
        return try await body(connection)
    }

    /// Runs `body` in a transaction and commits, or rolls back when `body` throws.
    ///
    /// A transaction that fails with a serialization failure (40001) or a deadlock (40P01), and no other, is run again
    /// as `retries` says, on a connection leased anew. So `body` may run several times and must have no effect outside
    /// of the transaction.
    /// - Throws: what `body` throws; `PostgresError`, of kind `commitOutcomeUnknown` when the connection broke during
    ///   COMMIT, which is never retried.
    @discardableResult
    public nonisolated(nonsending) func withTransaction<Result>(
        isolation: TransactionIsolation = .readCommitted, readOnly: Bool = false, retries: TransactionRetry = .standard,
        _ body: nonisolated(nonsending) (Transaction) async throws -> Result
    ) async throws -> Result {
        var attempt = 1
        while true {
            do {
                return try await withConnection { connection in
                    try await connection.withTransaction(isolation: isolation, readOnly: readOnly, body)
                }
            } catch let error as PostgresError where error.isRetryable && attempt < retries.attemptsMax {
                environment.logger.debug("attempt \(attempt) of a transaction is repeated: \(error.kind.rawValue)")
                try await Task.sleep(for: retries.delay(after: attempt, jitter: .random(in: 0..<1)))
                attempt += 1
            }
        }
    }

    /// What is announced on a channel from now on, on a connection of its own; see `Notifications`.
    /// - Parameter channel: at most 63 bytes, exactly as `pg_notify` is given it.
    public func notifications(channel: String) -> Notifications {
        Notifications(channel: channel, environment: environment, registry: listeners)
    }

    /// Asks the server for a sign of life.
    public func ping() async throws {
        let lease = try await pool.acquire()
        defer { pool.release(lease) }
        let timeout = Duration.seconds(configuration.connectTimeoutSeconds)
        try await lease.session.ping(lease: lease.number, timeout: timeout)
    }

    /// Keeps the minimum of connections open and replaces old ones, until the service is to stop or the task is
    /// cancelled; then shuts down.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { [pool] in
                while true {
                    pool.maintain()
                    try await Task.sleep(for: .seconds(Self.housekeepingSeconds))
                }
            }
        } catch is CancellationError {
            // Both ways to stop end the sleep; what follows is the same.
        }
        await shutdown()
    }

    /// Refuses new callers, waits for leases to end, at most `shutdownWaitSeconds`, and closes all connections. May be
    /// called again.
    public func shutdown() async {
        listeners.shutDown()
        await pool.shutDown(deadline: .now.advanced(by: .seconds(Self.shutdownWaitSeconds)))
    }
}
