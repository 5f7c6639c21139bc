public import Logging
public import Storage

/// Takes a database's schema forward and back.
///
/// One run at a time: a run holds an advisory lock of the server on its connection from the first look at the history to
/// its end, so of two deployments at once the second waits and then finds nothing to do. Each migration runs in one
/// transaction with its row of `schema_migrations`, and is there or not; see `Migration.isTransactional` for those that
/// cannot. A history that is no beginning of the shipped one is refused before anything is changed.
///
/// Statements of migrations have no time limit.
public struct Migrator: Sendable {
    private let database: Database
    private let migrations: [Migration]
    private let logger: Logger
    private let lockWaitSeconds: Int

    /// Arbitrary; the same in every version of the program.
    private static let lockKey: Int64 = 0x6772_6E72_6D69_6772
    private static let lockPollMilliseconds = 200

    /// - Parameters:
    ///   - migrations: versions 1, 2, 3… in order.
    ///   - lockWaitSeconds: how long to wait for another run to end.
    /// - Throws: `MigrationError` of kind `invalidList`.
    public init(database: Database, migrations: [Migration], logger: Logger, lockWaitSeconds: Int = 60) throws {
        for (index, migration) in migrations.enumerated() {
            guard migration.version == index + 1 else {
                throw MigrationError(
                    .invalidList, version: migration.version,
                    "migration \(index + 1) of the list has version \(migration.version): versions are 1, 2, 3… in order"
                )
            }
            guard !SQLScript(migration.up).parts.isEmpty, !SQLScript(migration.down).parts.isEmpty else {
                throw MigrationError(
                    .invalidList, version: migration.version, "migration \(migration.title) lacks SQL to go up or down")
            }
        }
        self.database = database
        self.migrations = migrations
        self.logger = logger
        self.lockWaitSeconds = lockWaitSeconds
    }

    /// Applies what is pending, up to `version` or all.
    /// - Returns: what was applied, or would be in a dry run, which changes nothing.
    @discardableResult
    public nonisolated(nonsending) func up(to version: Int? = nil, dryRun: Bool = false) async throws -> [Migration] {
        let target = try checkedTarget(version ?? migrations.count, from: migrations.isEmpty ? 0 : 1)
        return try await run(dryRun: dryRun, plan: { $0.pending(upTo: target) }, step: apply)
    }

    /// Reverts everything above `version`, the latest first.
    /// - Returns: what was reverted, or would be in a dry run.
    @discardableResult
    public nonisolated(nonsending) func down(to version: Int, dryRun: Bool = false) async throws -> [Migration] {
        let target = try checkedTarget(version, from: 0)
        return try await run(dryRun: dryRun, plan: { $0.applied(above: target) }, step: revert)
    }

    /// Every migration that the program or the database knows, by version.
    public nonisolated(nonsending) func status() async throws -> [MigrationStatus] {
        MigrationHistory(migrations: migrations, entries: try await MigrationLedger.entries(onDatabase)).statuses
    }

    /// Returns if the schema is exactly the shipped one.
    /// - Throws: `MigrationError`.
    public nonisolated(nonsending) func verify() async throws {
        let history = MigrationHistory(migrations: migrations, entries: try await MigrationLedger.entries(onDatabase))
        try history.checkConsistency()
        guard let first = history.pending(upTo: migrations.count).first else { return }
        throw MigrationError(
            .pending, version: first.version,
            "migration \(first.title) and those after it are not applied: run the migrations first")
    }

    private nonisolated(nonsending) func onDatabase(_ statement: Statement) async throws -> Rows {
        try await database.query(statement)
    }

    private func checkedTarget(_ version: Int, from lowest: Int) throws -> Int {
        guard version >= lowest, version <= migrations.count else {
            throw MigrationError(
                .unknownVersion, version: version,
                "there is no migration \(version) to stop at: allowed is \(lowest) to \(migrations.count)")
        }
        return version
    }

    // MARK: A run

    private typealias Step = nonisolated(nonsending) (Migration, PostgresConnection) async throws -> Void

    private nonisolated(nonsending) func run(
        dryRun: Bool, plan: (MigrationHistory) -> [Migration], step: Step
    ) async throws -> [Migration] {
        try await database.withConnection { connection in
            if dryRun { return try await planned(plan, on: connection) }
            try await lock(connection)
            do {
                try await MigrationLedger.create { try await connection.query($0) }
                let todo = try await planned(plan, on: connection)
                for migration in todo { try await step(migration, connection) }
                try await connection.query("SELECT pg_advisory_unlock(\(Self.lockKey))")
                return todo
            } catch {
                // The lock ends with the connection.
                connection.retire()
                throw error
            }
        }
    }

    private nonisolated(nonsending) func planned(
        _ plan: (MigrationHistory) -> [Migration], on connection: PostgresConnection
    ) async throws -> [Migration] {
        let entries = try await MigrationLedger.entries { try await connection.query($0) }
        let history = MigrationHistory(migrations: migrations, entries: entries)
        try history.checkConsistency()
        return plan(history)
    }

    /// Polls: a statement that waits for the lock would hold a snapshot, and CREATE INDEX CONCURRENTLY in the run that
    /// has the lock would wait for that snapshot for ever.
    private nonisolated(nonsending) func lock(_ connection: PostgresConnection) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(lockWaitSeconds))
        while true {
            let rows = try await connection.query("SELECT pg_try_advisory_lock(\(Self.lockKey)) AS locked")
            if try rows.first?.decode("locked", as: Bool.self) == true { return }
            guard ContinuousClock.now < deadline else {
                throw MigrationError(
                    .locked, "another run of the migrations held the lock for \(lockWaitSeconds) s: see pg_locks")
            }
            try await Task.sleep(for: .milliseconds(Self.lockPollMilliseconds))
        }
    }

    private nonisolated(nonsending) func apply(_ migration: Migration, on connection: PostgresConnection) async throws {
        let started = ContinuousClock.now
        if migration.isTransactional {
            try await connection.withTransaction { transaction in
                try await execute(migration.up, of: migration) { try await transaction.query($0, timeoutSeconds: 0) }
                try await MigrationLedger.recordApplied(migration, took: started.duration(to: .now)) {
                    try await transaction.query($0)
                }
            }
        } else {
            try await MigrationLedger.begin(migration) { try await connection.query($0) }
            try await execute(migration.up, of: migration) { try await connection.query($0, timeoutSeconds: 0) }
            try await MigrationLedger.recordApplied(migration, took: started.duration(to: .now)) {
                try await connection.query($0)
            }
        }
        logger.info("migration \(migration.title) was applied in \(started.duration(to: .now))")
    }

    private nonisolated(nonsending) func revert(_ migration: Migration, on connection: PostgresConnection) async throws
    {
        if migration.isTransactional {
            try await connection.withTransaction { transaction in
                try await execute(migration.down, of: migration) { try await transaction.query($0, timeoutSeconds: 0) }
                try await MigrationLedger.recordReverted(migration) { try await transaction.query($0) }
            }
        } else {
            try await MigrationLedger.begin(migration) { try await connection.query($0) }
            try await execute(migration.down, of: migration) { try await connection.query($0, timeoutSeconds: 0) }
            try await MigrationLedger.recordReverted(migration) { try await connection.query($0) }
        }
        logger.info("migration \(migration.title) was reverted")
    }

    private nonisolated(nonsending) func execute(
        _ script: String, of migration: Migration, _ run: MigrationLedger.Run
    ) async throws {
        for (index, part) in SQLScript(script).parts.enumerated() {
            do {
                _ = try await run(Statement(trustedSQL: part.sql))
            } catch let error as PostgresError {
                let direction = script == migration.up ? "up" : "down"
                throw MigrationError(
                    .statementFailed, version: migration.version,
                    "migration \(migration.title) (\(direction)) failed at its statement \(index + 1), line \(part.line)",
                    cause: error)
            }
        }
    }
}
