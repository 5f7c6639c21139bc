import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

@Suite struct TransactionTests {
    private struct Refused: Error, Equatable {}

    private static func count(_ table: String, in database: Database) async throws -> Int {
        try await database.value("SELECT count(*) FROM \(Statement(trustedSQL: table))")
    }

    @Test func commitsOrRollsBack() async throws {
        try await withDatabase { database in
            try await database.query("CREATE TABLE t (a int8 PRIMARY KEY)")
            let affected = try await database.withTransaction {
                try await $0.execute("INSERT INTO t VALUES (\(1)), (\(2))")
            }
            #expect(affected == 2)
            await #expect(throws: Refused()) {
                try await database.withTransaction { transaction in
                    try await transaction.query("INSERT INTO t VALUES (\(3))")
                    throw Refused()
                }
            }
            let error = await #expect(throws: PostgresError.self) {
                try await database.withTransaction { transaction in
                    try await transaction.query("INSERT INTO t VALUES (\(4))")
                    try await transaction.query("INSERT INTO t VALUES (\(1))")
                }
            }
            #expect(error?.kind == .uniqueViolation && error?.constraint == "t_pkey" && error?.table == "t")
            #expect(try await Self.count("t", in: database) == 2)
            #expect(database.statistics.open == 1, "connections of failed transactions are used again")
        }
    }

    @Test func aSwallowedErrorIsNoCommit() async throws {
        try await withDatabase { database in
            try await database.query("CREATE TABLE t (a int8)")
            let error = await #expect(throws: PostgresError.self) {
                try await database.withTransaction { transaction in
                    try await transaction.query("INSERT INTO t VALUES (\(1))")
                    do {
                        try await transaction.query("SELECT 1 / 0")
                    } catch is PostgresError {
                        // What a body must not do.
                    }
                }
            }
            #expect(error?.kind == .transactionAborted)
            #expect(try await Self.count("t", in: database) == 0)
        }
    }

    @Test func isolationAndSettingsAreThoseAskedFor() async throws {
        try await withDatabase(poolSize: 1, overflow: 0) { database in
            for isolation in TransactionIsolation.allCases {
                let rows = try await database.withTransaction(isolation: isolation, readOnly: true) {
                    try await $0.query(
                        "SELECT current_setting('transaction_isolation') AS i, current_setting('transaction_read_only') AS r"
                    )
                }
                #expect(try #require(rows.first).decode("i", as: String.self).uppercased() == isolation.rawValue)
                #expect(try #require(rows.first)["r"] == "on")
            }
            let error = await #expect(throws: PostgresError.self) {
                try await database.withTransaction(readOnly: true) { try await $0.query("CREATE TABLE t ()") }
            }
            #expect(error?.kind == .readOnly)
            let inside = try await database.withTransaction { transaction in
                try await transaction.setLocal("work_mem", "7MB")
                return try await transaction.query("SELECT current_setting('work_mem') AS m")
            }
            #expect(try #require(inside.first)["m"] == "7MB")
            let outside = try await database.query("SELECT current_setting('work_mem') AS m")
            #expect(try #require(outside.first).decode("m", as: String.self) != "7MB")
        }
    }

    @Test func aDeadlockIsRetried() async throws {
        try await withPostgres { postgres in
            try await postgres.withOpen(postgres.configuration(sessionSettings: ["deadlock_timeout": "20"])) {
                database in
                try await database.query("CREATE TABLE t (id int8 PRIMARY KEY, n int8 NOT NULL)")
                try await database.query("INSERT INTO t VALUES (1, 0), (2, 0)")
                let bothHoldOne = Rendezvous(count: 2)
                let attempts = Counter()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for order in [[1, 2], [2, 1]] {
                        group.addTask {
                            try await database.withTransaction { transaction in
                                attempts.add()
                                try await transaction.query("UPDATE t SET n = n + 1 WHERE id = \(order[0])")
                                await bothHoldOne.arrive()
                                try await transaction.query("UPDATE t SET n = n + 1 WHERE id = \(order[1])")
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                // Who tries again may meet the other once more.
                #expect(attempts.count >= 3)
                #expect(try await database.query("SELECT FROM t WHERE n = 2").count == 2)
            }
        }
    }

    @Test func aSerializationFailureIsRetriedUpToItsLimit() async throws {
        try await withDatabase { database in
            try await database.query("CREATE TABLE t (a int8)")
            let bothHaveRead = Rendezvous(count: 2)
            let attempts = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        try await database.withTransaction(isolation: .serializable) { transaction in
                            attempts.add()
                            let rows = try await transaction.query("SELECT count(*) AS n FROM t")
                            await bothHaveRead.arrive()
                            let count: Int = try #require(rows.first)["n"]
                            try await transaction.query("INSERT INTO t VALUES (\(count))")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(attempts.count >= 3)
            let values = try await database.query("SELECT a FROM t ORDER BY a").map { try $0.decode("a", as: Int.self) }
            #expect(values == [0, 1], "as if one had come after the other")
            let tries = Counter()
            let error = await #expect(throws: PostgresError.self) {
                try await database.withTransaction(retries: TransactionRetry(attemptsMax: 3, backoffMillisecondsMin: 1))
                {
                    tries.add()
                    try await $0.query("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$")
                }
            }
            #expect(error?.kind == .serializationFailure && tries.count == 3)
        }
    }

    @Test func nothingElseIsRetried() async throws {
        try await withDatabase { database in
            let tries = Counter()
            await #expect(throws: PostgresError.self) {
                try await database.withTransaction {
                    tries.add()
                    try await $0.query("SELECT 1 / 0")
                }
            }
            #expect(tries.count == 1)
        }
    }

    @Test func aConnectionLostDuringCommitLeavesTheOutcomeOpen() async throws {
        try await withDatabase { database in
            try await database.query("CREATE TABLE t (a int8 UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            // The deferred trigger runs within COMMIT and ends the backend there.
            try await database.query(
                """
                CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$
                """)
            try await database.query(
                """
                CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
                EXECUTE FUNCTION die()
                """)
            let tries = Counter()
            let error = await #expect(throws: PostgresError.self) {
                try await database.withTransaction {
                    tries.add()
                    try await $0.query("INSERT INTO t VALUES (\(1))")
                }
            }
            #expect(error?.kind == .commitOutcomeUnknown && tries.count == 1)
            #expect(try await Self.count("t", in: database) == 0)
        }
    }

    @Test func aDeferredConstraintFailsAtCommit() async throws {
        try await withDatabase { database in
            try await database.query("CREATE TABLE t (a int8 UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            let error = await #expect(throws: PostgresError.self) {
                try await database.withTransaction { try await $0.query("INSERT INTO t VALUES (\(1)), (\(1))") }
            }
            #expect(error?.kind == .uniqueViolation)
            #expect(database.statistics.open == 1)
        }
    }

    @Test func aCancelledTaskDoesNotCommit() async throws {
        try await withDatabase(poolSize: 1, overflow: 0) { database in
            try await database.query("CREATE TABLE t (a int8)")
            let hasWritten = Rendezvous(count: 2)
            let isCancelled = Rendezvous(count: 2)
            let writer = Task {
                try await database.withTransaction { transaction in
                    try await transaction.query("INSERT INTO t VALUES (\(1))")
                    await hasWritten.arrive()
                    await isCancelled.arrive()
                }
            }
            await hasWritten.arrive()
            writer.cancel()
            await isCancelled.arrive()
            await #expect(throws: CancellationError.self) { try await writer.value }
            #expect(try await Self.count("t", in: database) == 0)
            #expect(database.statistics.open == 1, "the connection was rolled back and kept")
        }
    }
}
