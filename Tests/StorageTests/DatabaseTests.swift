import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

@Suite struct DatabaseTests {
    @Test func answersQueriesOfManyTasks() async throws {
        try await withDatabase { database in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        try await database.value("SELECT \(number) * 2")
                    }
                }
                let sum = try await group.reduce(0, +)
                #expect(sum == 199 * 200)
            }
            let statistics = database.statistics
            #expect(statistics.leased == 0 && statistics.waiting == 0 && statistics.open <= 8)
            #expect(statistics.acquiredTotal >= 200)
        }
    }

    @Test func overlappingLeasesHaveConnectionsOfTheirOwn() async throws {
        try await withDatabase(poolSize: 2, overflow: 2) { database in
            let together = Rendezvous(count: 4)
            let backends = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await database.withConnection { connection in
                            let before = try await Self.backend(of: connection)
                            await together.arrive()
                            let after = try await Self.backend(of: connection)
                            #expect(before == after)
                            return before
                        }
                    }
                }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }
            #expect(backends.count == 4)
            try await until("the overflow is closed") { database.statistics.open == 2 }
        }
    }

    @Test func statementsOfOneLeaseRunOneAfterTheOther() async throws {
        try await withDatabase { database in
            try await database.withConnection { connection in
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<100 {
                        group.addTask {
                            let rows = try await connection.query("SELECT \(number) AS n")
                            return try #require(rows.first)["n"]
                        }
                    }
                    let sum = try await group.reduce(0, +)
                    #expect(sum == 4_950)
                }
            }
        }
    }

    @Test func anEscapedConnectionIsRefused() async throws {
        try await withDatabase { database in
            var escaped: PostgresConnection?
            try await database.withConnection { escaped = $0 }
            let connection = try #require(escaped)
            let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
            #expect(error?.kind == .leaseEnded)
            #expect(try await database.query("SELECT 1").count == 1)
        }
    }

    @Test func aConnectionLeftInATransactionIsClosed() async throws {
        try await withDatabase(poolSize: 1, overflow: 0) { database in
            let first = try await database.withConnection { connection in
                try await connection.query("BEGIN")
                return try await Self.backend(of: connection)
            }
            let second = try await database.withConnection { try await Self.backend(of: $0) }
            #expect(first != second)
            let third = try await database.withConnection { connection in
                connection.retire()
                return try await Self.backend(of: connection)
            }
            #expect(third == second)
            #expect(try await database.withConnection { try await Self.backend(of: $0) } != third)
        }
    }

    @Test func whoWaitsTooLongIsTold() async throws {
        try await withPostgres { postgres in
            try await postgres.withOpen(postgres.configuration(poolSize: 1, overflow: 0, waitTimeoutSeconds: 1)) {
                database in
                try await database.withConnection { _ in
                    let started = ContinuousClock.now
                    let error = await #expect(throws: PostgresError.self) { try await database.query("SELECT 1") }
                    #expect(error?.kind == .poolTimeout)
                    #expect(started.duration(to: .now) >= .seconds(1))
                    #expect(error?.description.contains("1 of at most 1") == true)
                }
                #expect(try await database.query("SELECT 1").count == 1)
                #expect(database.statistics.timedOutTotal == 1)
            }
        }
    }

    @Test func whoIsCancelledWhileWaitingLeavesTheQueue() async throws {
        try await withDatabase(poolSize: 1, overflow: 0) { database in
            try await database.withConnection { _ in
                let waiter = Task { try await database.query("SELECT 1") }
                try await until("it waits") { database.statistics.waiting == 1 }
                waiter.cancel()
                await #expect(throws: CancellationError.self) { try await waiter.value }
                #expect(database.statistics.waiting == 0)
            }
        }
    }

    @Test func aServerThatRefusesIsReported() async throws {
        try await withPostgres { postgres in
            try await postgres.withOpen { database in
                try await database.query("CREATE ROLE \(raw: "needs_password") LOGIN PASSWORD 'right'")
            }
            func failure(_ url: String) async throws -> PostgresError? {
                let database = postgres.open(try DatabaseConfiguration(url: url, poolSize: 1, waitTimeoutSeconds: 5))
                let error = await #expect(throws: PostgresError.self) { try await database.ping() }
                await database.shutdown()
                return error
            }
            let wrong = try await failure(postgres.url(user: TestDatabase.passwordRole, password: "wr0ng-secret"))
            #expect(wrong?.kind == .connectFailed)
            #expect(wrong?.message.contains("password authentication failed") == true)
            #expect(wrong.map { "\($0)".contains("wr0ng-secret") } == false)
            let absent = try await failure(postgres.url(user: "postgres", database: "absent"))
            #expect(absent?.kind == .connectFailed && absent?.message.contains("absent") == true)
            let nowhere = try await failure("postgres:///x?host=/nowhere/at/all")
            #expect(nowhere?.kind == .connectFailed)
            let unresolved = try await failure("postgres://name.invalid/x")
            #expect(unresolved?.kind == .connectFailed && unresolved?.message.contains("name.invalid") == true)
            let right = postgres.open(
                try DatabaseConfiguration(url: postgres.url(user: TestDatabase.passwordRole, password: "right")))
            try await right.ping()
            await right.shutdown()
            try await postgres.withOpen { try await $0.query("DROP ROLE needs_password") }
        }
    }

    @Test func aServerWithoutSlotsIsToldFromADeadOne() async throws {
        try await withPostgres { postgres in
            try await postgres.withOpen { admin in
                try await admin.query("CREATE ROLE few LOGIN CONNECTION LIMIT 1")
                let configuration = try DatabaseConfiguration(url: postgres.url(user: "few"), poolSize: 4)
                try await postgres.withOpen(configuration) { database in
                    // The second waits for the first, since the server gives no more.
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<20 { group.addTask { try await database.query("SELECT 1") } }
                        try await group.waitForAll()
                    }
                }
                try await until("its backends are gone") {
                    try await admin.query("SELECT FROM pg_stat_activity WHERE usename = 'few'").isEmpty
                }
                try await admin.query("DROP ROLE few")
            }
        }
    }

    @Test func sessionSettingsAreInForce() async throws {
        try await withPostgres { postgres in
            let configuration = try postgres.configuration(sessionSettings: [
                "lock_timeout": "1234", "app.tenant": "o'hara",
            ])
            try await postgres.withOpen(configuration) { database in
                let rows = try await database.query(
                    """
                    SELECT current_setting('lock_timeout') AS lock, current_setting('app.tenant') AS tenant,
                        current_setting('application_name') AS name
                    """)
                let row = try #require(rows.first)
                #expect(try row["lock"] == "1234ms")
                #expect(try row["tenant"] == "o'hara")
                #expect(try row["name"] == postgres.name)
            }
            try await postgres.withOpen(postgres.configuration(sessionSettings: ["no_such_setting": "1"])) { database in
                let error = await #expect(throws: PostgresError.self) { try await database.ping() }
                #expect(error?.message.contains("no_such_setting") == true)
            }
        }
    }

    @Test func shutdownRefusesWaitsAndCloses() async throws {
        try await withPostgres { postgres in
            let database = try postgres.open(poolSize: 2, overflow: 0)
            let isLeased = Rendezvous(count: 2)
            let mayEnd = Rendezvous(count: 2)
            let holder = Task {
                try await database.withConnection { connection in
                    await isLeased.arrive()
                    await mayEnd.arrive()
                    return try await connection.query("SELECT 1").count
                }
            }
            await isLeased.arrive()
            let shutdown = Task { await database.shutdown() }
            try await until("it refuses") {
                do {
                    try await database.ping()
                    return false
                } catch let error as PostgresError {
                    return error.kind == .poolShutDown
                }
            }
            await mayEnd.arrive()
            #expect(try await holder.value == 1, "a lease under way is not cut off")
            await shutdown.value
            #expect(database.statistics.open == 0)
            await database.shutdown()
        }
    }

    @Test func housekeepingKeepsTheMinimumOpen() async throws {
        try await withPostgres { postgres in
            let configuration = try DatabaseConfiguration(url: postgres.url, poolSize: 3, connectionsMin: 2)
            try await postgres.withOpen(configuration) { database in
                try await until("two are open") { database.statistics.idle == 2 }
            }
        }
    }

    static func backend(of connection: PostgresConnection) async throws -> Int {
        let rows = try await connection.query("SELECT pg_backend_pid() AS pid")
        return try #require(rows.first)["pid"]
    }
}
