import Foundation
import Storage
import TestSupport
import Testing

@Suite struct BulkTests {
    private struct Source: Error {}

    @Test func manyStatementsRunInOrder() async throws {
        try await withDatabase { database in
            try await database.query("CREATE TABLE t (n int8 PRIMARY KEY, text text)")
            for count in [0, 1, 255, 256, 257, 1_000] {
                let affected = try await database.withTransaction { transaction in
                    try await transaction.query("TRUNCATE t")
                    return try await transaction.executeMany(
                        (0..<count).map { "INSERT INTO t VALUES (\($0), \("text \($0)"))" })
                }
                #expect(affected == count)
                #expect(try await database.query("SELECT FROM t WHERE text = 'text ' || n").count == count)
            }
        }
    }

    @Test func differentStatementsAndLargeOnesShareAPipeline() async throws {
        try await withDatabase { database in
            try await database.query("CREATE TABLE t (n int8, text text)")
            let large = String(repeating: "x", count: 200_000)
            let affected = try await database.withTransaction { transaction in
                try await transaction.executeMany(
                    (0..<100).flatMap { number -> [Statement] in
                        [
                            "INSERT INTO t VALUES (\(number), \(large))",
                            "UPDATE t SET n = n WHERE n <= \(number)",
                            "SELECT repeat('y', 50000) FROM t WHERE n = \(number)",
                        ]
                    })
            }
            #expect(affected == 100 + 5_050 + 100)
        }
    }

    @Test func aFailureInAPipelineFailsTheTransaction() async throws {
        try await withDatabase(poolSize: 1, overflow: 0) { database in
            try await database.query("CREATE TABLE t (n int8 PRIMARY KEY)")
            let error = await #expect(throws: PostgresError.self) {
                try await database.withTransaction { transaction in
                    try await transaction.executeMany((0..<600).map { "INSERT INTO t VALUES (\($0 % 300))" })
                }
            }
            #expect(error?.kind == .uniqueViolation)
            #expect(try await database.query("SELECT FROM t").isEmpty)
            try await database.withTransaction { transaction in
                let affected = try await transaction.executeMany((0..<300).map { "INSERT INTO t VALUES (\($0))" })
                #expect(affected == 300)
            }
            #expect(database.statistics.open == 1)
        }
    }

    @Test func rowsAreCopied() async throws {
        try await withDatabase { database in
            try await database.query(
                "CREATE TABLE \"Odd \"\"name\"\"\" (id uuid, n integer, big bigint, text text, tags text[], vector bytea, at timestamptz)"
            )
            let now = Date(timeIntervalSince1970: 1_700_000_000)
            let vector = [UInt8](repeating: 7, count: 16)
            let rows = (0..<20_000).map { (number: Int) -> CopyRow in
                let text: String? = number % 3 == 0 ? nil : "text \t\\N \(number)"
                return CopyRow(UUID(), Int32(number), Int64(number), text, ["a", "b"], vector, now)
            }
            let copied = try await database.withTransaction { transaction in
                try await transaction.copyIn(
                    table: "public.Odd \"name\"", columns: ["id", "n", "big", "text", "tags", "vector", "at"],
                    rows: rows)
            }
            #expect(copied == 20_000)
            let check = try await database.query(
                """
                SELECT count(*) AS n, count(text) AS texts, sum(big) AS sum, max(at) AS at, max(text) AS text
                FROM \(raw: "\"Odd \"\"name\"\"\"")
                """)
            let row = try #require(check.first)
            #expect(try row["n"] == 20_000)
            #expect(try row["texts"] == 13_333)
            #expect(try row["sum"] == 199_990_000)
            #expect(try row["at"] == now)
            #expect(try row["text"] == "text \t\\N 9998")
        }
    }

    @Test func rowsAreCopiedAsTheyCome() async throws {
        try await withDatabase { database in
            try await database.query("CREATE TABLE t (n int8)")
            let rows = AsyncStream<CopyRow> { continuation in
                for number in 0..<1_000 { continuation.yield(CopyRow(number)) }
                continuation.finish()
            }
            let copied = try await database.withTransaction { transaction in
                try await transaction.copyIn(table: "t", columns: ["n"], rows: rows)
            }
            #expect(copied == 1_000)
        }
    }

    @Test func aCopyThatFailsLeavesNothingAndAUsableConnection() async throws {
        try await withDatabase(poolSize: 1, overflow: 0) { database in
            try await database.query("CREATE TABLE t (n int8 CHECK (n < 50000))")
            func copy(_ table: String, _ rows: some Sequence<CopyRow>) async throws {
                try await database.withTransaction { transaction in
                    try await transaction.copyIn(table: table, columns: ["n"], rows: rows)
                }
            }
            let checked = await #expect(throws: PostgresError.self) {
                try await copy("t", (0..<100_000).lazy.map { CopyRow($0) })
            }
            #expect(checked?.kind == .checkViolation)
            let mistyped = await #expect(throws: PostgresError.self) { try await copy("t", [CopyRow(Int32(1))]) }
            #expect(mistyped?.kind == .other && mistyped?.sqlState == "08P01")
            let miscounted = await #expect(throws: PostgresError.self) { try await copy("t", [CopyRow(1, 2)]) }
            #expect(miscounted?.message.contains("2 values for 1 columns") == true)
            let absent = await #expect(throws: PostgresError.self) { try await copy("absent", [CopyRow(1)]) }
            #expect(absent?.kind == .undefined)
            await #expect(throws: Source.self) {
                try await database.withTransaction { transaction in
                    let broken = AsyncThrowingStream<CopyRow, any Error> { continuation in
                        continuation.yield(CopyRow(1))
                        continuation.finish(throwing: Source())
                    }
                    try await transaction.copyIn(table: "t", columns: ["n"], rows: broken)
                }
            }
            #expect(try await database.query("SELECT FROM t").isEmpty)
            #expect(database.statistics.open == 1)
        }
    }

    @Test(.timeLimit(.minutes(15))) func aCopyWhoseRowsStayAwayEnds() async throws {
        try await withPostgres { postgres in
            let configuration = try postgres.configuration(poolSize: 1, overflow: 0, statementTimeoutSeconds: 1)
            try await postgres.withOpen(configuration) { database in
                try await database.query("CREATE TABLE t (n int8)")
                let isOver = Rendezvous(count: 2)
                let stalled = AsyncStream<CopyRow> {
                    await isOver.arrive()
                    return nil
                }
                let copy = Task {
                    try await database.withTransaction { transaction in
                        try await transaction.copyIn(table: "t", columns: ["n"], rows: stalled)
                    }
                }
                try await postgres.withOpen { observer in
                    try await until("the server has ended it") {
                        try await observer.query(
                            """
                            SELECT FROM pg_stat_activity WHERE query LIKE 'COPY%' AND state = 'idle in transaction (aborted)'
                                AND datname = \(postgres.name)
                            """
                        ).count == 1
                    }
                }
                await isOver.arrive()
                let error = await #expect(throws: PostgresError.self) { try await copy.value }
                #expect(error?.kind == .statementTimeout)
                #expect(try await database.query("SELECT FROM t").isEmpty)
                #expect(database.statistics.open == 1)
            }
        }
    }
}
