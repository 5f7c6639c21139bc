import Foundation
import Storage
import TestSupport
import Testing

@Suite struct CancellationTests {
    private static func sleepers(in database: Database, _ postgres: TestDatabase) async throws -> Int {
        try await database.value(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = \(postgres.name) AND state = 'active' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()
            """)
    }

    @Test func aCancelledTaskEndsItsStatementOnTheServer() async throws {
        try await withPostgres { postgres in
            try await postgres.withOpen(poolSize: 2, overflow: 0) { database in
                for _ in 0..<5 {
                    let sleeper = Task { try await database.query("SELECT pg_sleep(60)") }
                    try await until("it sleeps") { try await Self.sleepers(in: database, postgres) == 1 }
                    let cancelled = ContinuousClock.now
                    sleeper.cancel()
                    await #expect(throws: CancellationError.self) { try await sleeper.value }
                    #expect(cancelled.duration(to: .now) < .seconds(50), "not at its own end")
                    #expect(try await Self.sleepers(in: database, postgres) == 0)
                }
                #expect(database.statistics.open == 2, "the connections were kept")
            }
        }
    }

    @Test func aCancelledTaskStartsNothing() async throws {
        try await withDatabase { database in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await database.query("SELECT 1")
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(database.statistics.leased == 0)
        }
    }

    @Test func aStatementEndsWhenItsTimeIsUp() async throws {
        try await withPostgres { postgres in
            try await postgres.withOpen(postgres.configuration(poolSize: 1, overflow: 0, statementTimeoutSeconds: 1)) {
                database in
                let backend = try await database.withConnection { try await DatabaseTests.backend(of: $0) }
                let error = await #expect(throws: PostgresError.self) {
                    try await database.query("SELECT pg_sleep(60)")
                }
                #expect(error?.kind == .statementTimeout)
                try await database.withConnection { connection in
                    let shorter = await #expect(throws: PostgresError.self) {
                        try await connection.query("SELECT pg_sleep(60)", timeoutSeconds: 0.05)
                    }
                    #expect(shorter?.kind == .statementTimeout)
                    // Longer than the configured second.
                    try await connection.query("SELECT pg_sleep(1.2)", timeoutSeconds: 0)
                }
                #expect(try await database.withConnection { try await DatabaseTests.backend(of: $0) } == backend)
            }
        }
    }

    @Test func aTransactionWhoseStatementTimedOutIsRolledBack() async throws {
        try await withDatabase(poolSize: 1, overflow: 0) { database in
            try await database.query("CREATE TABLE t (a int8)")
            let error = await #expect(throws: PostgresError.self) {
                try await database.withTransaction { transaction in
                    try await transaction.query("INSERT INTO t VALUES (\(1))")
                    try await transaction.query("SELECT pg_sleep(60)", timeoutSeconds: 0.05)
                }
            }
            #expect(error?.kind == .statementTimeout)
            #expect(try await database.query("SELECT FROM t").isEmpty)
            #expect(database.statistics.open == 1)
        }
    }

    @Test func somebodyElsesCancelIsToldApart() async throws {
        try await withPostgres { postgres in
            try await postgres.withOpen { database in
                let sleeper = Task { try await database.query("SELECT pg_sleep(60)") }
                try await until("it sleeps") { try await Self.sleepers(in: database, postgres) == 1 }
                try await database.query(
                    """
                    SELECT pg_cancel_backend(pid) FROM pg_stat_activity
                    WHERE datname = \(postgres.name) AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()
                    """)
                let error = await #expect(throws: PostgresError.self) { try await sleeper.value }
                #expect(error?.kind == .queryCancelled)
            }
        }
    }

    /// A cancel that comes late must not strike the statement after.
    @Test func cancellingAtAnyMomentLeavesTheConnectionSound() async throws {
        try await withDatabase(poolSize: 2, overflow: 0) { database in
            var generator = SeededGenerator(seed: 3)
            for round in 0..<200 {
                let task = Task { try await database.value("SELECT \(round) FROM pg_sleep(0.0005)", as: Int.self) }
                for _ in 0..<Int.random(in: 0...40, using: &generator) { await Task.yield() }
                task.cancel()
                do {
                    let answer = try await task.value
                    #expect(answer == round)
                } catch is CancellationError {
                    // The other way it may end.
                }
                let next = try await database.value("SELECT \(round)", as: Int.self)
                #expect(next == round, "seed 3")
            }
            #expect(database.statistics.leased == 0)
        }
    }
}
