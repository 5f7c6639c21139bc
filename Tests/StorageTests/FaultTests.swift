import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

@Suite struct FaultTests {
    private static let killsTotal = 200

    /// Backends die under load: every call ends, with its result or an error, and the pool is whole afterwards.
    @Test(.timeLimit(.minutes(15))) func backendsAreKilledUnderLoad() async throws {
        try await withPostgres { postgres in
            try await postgres.withOpen { try await $0.query("CREATE TABLE t (n int8)") }
            let victims = try postgres.configuration(poolSize: 6, overflow: 4)
            try await postgres.withOpen(victims) { database in
                let isOver = Flag()
                let (succeeded, failed) = (Counter(), Counter())
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for worker in 0..<10 {
                        group.addTask {
                            while !isOver.isRaised {
                                do {
                                    try await Self.work(worker, in: database)
                                    succeeded.add()
                                } catch let error as PostgresError {
                                    let expected: [PostgresError.Kind] = [
                                        .connectionLost, .commitOutcomeUnknown, .connectFailed,
                                    ]
                                    #expect(expected.contains(error.kind), "\(error)")
                                    failed.add()
                                }
                            }
                        }
                    }
                    try await Self.kill(Self.killsTotal, of: postgres)
                    isOver.raise()
                    try await group.waitForAll()
                }
                #expect(succeeded.count > 0 && failed.count > 0)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<20 { group.addTask { try await Self.recovered(database) } }
                    try await group.waitForAll()
                }
                let statistics = database.statistics
                #expect(statistics.leased == 0 && statistics.waiting == 0 && statistics.open <= 10)
            }
        }
    }

    private static func work(_ worker: Int, in database: Database) async throws {
        switch worker % 5 {
        case 0: try await database.query("SELECT \(worker) AS n")
        case 1: try await database.query("SELECT pg_sleep(0.002)")
        case 2: try await database.query("SELECT repeat('x', 100000) FROM generate_series(1, 20)")
        case 3:
            try await database.withTransaction { transaction in
                try await transaction.executeMany((0..<50).map { "INSERT INTO t VALUES (\($0))" })
            }
        default:
            try await database.withTransaction { transaction in
                try await transaction.copyIn(table: "t", columns: ["n"], rows: (0..<100).map { CopyRow($0) })
                try await transaction.query("SELECT 1")
            }
        }
    }

    /// Ends backends of the test's pool one at a time, whatever they do.
    private static func kill(_ count: Int, of postgres: TestDatabase) async throws {
        let configuration = try DatabaseConfiguration(url: postgres.url, poolSize: 1, applicationName: "killer")
        try await postgres.withOpen(configuration) { killer in
            var killed = 0
            while killed < count {
                let rows = try await killer.query(
                    """
                    SELECT pg_terminate_backend(pid) AS is_killed FROM pg_stat_activity
                    WHERE datname = \(postgres.name) AND application_name <> 'killer' ORDER BY random() LIMIT 1
                    """)
                if try rows.first?["is_killed"] == true { killed += 1 }
            }
        }
    }

    /// A connection that died unnoticed may still be handed out; what matters is that the next ones work.
    private static func recovered(_ database: Database) async throws {
        for _ in 0..<20 {
            do {
                try await database.ping()
                return
            } catch let error as PostgresError where error.kind == .connectionLost {
                continue
            }
        }
        Issue.record("no working connection in twenty attempts")
    }

    @Test func anIdleConnectionThatDiedIsNotHandedOut() async throws {
        try await withPostgres { postgres in
            let victim = try DatabaseConfiguration(url: postgres.url, poolSize: 1, connectionsMin: 0)
            try await postgres.withOpen(victim) { database in
                try await database.ping()
                let configuration = try DatabaseConfiguration(url: postgres.url, poolSize: 1, applicationName: "killer")
                try await postgres.withOpen(configuration) { killer in
                    try await killer.query(
                        """
                        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                        WHERE datname = \(postgres.name) AND application_name <> 'killer'
                        """)
                }
                try await until("the pool has noticed") { database.statistics.open == 0 }
                try await database.ping()
            }
        }
    }

    @Test func theLastWordsOfTheServerAreKept() async throws {
        try await withDatabase { database in
            let error = await #expect(throws: PostgresError.self) {
                try await database.query("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)")
            }
            #expect(error?.kind == .connectionLost && error?.sqlState == "57P01")
        }
    }
}
