import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite struct PreparedStatementsTests {
    private func key(_ sql: String) -> PreparedStatements.Key { PreparedStatements.Key(sql: sql, types: []) }

    @Test func preparesAtTheSecondUse() {
        var statements = PreparedStatements(countMax: 2)
        #expect(statements.plan(for: key("a")) == .direct)
        #expect(statements.plan(for: key("a")) == .prepare(name: "s1"))
        statements.didPrepare(key("a"), name: "s1")
        #expect(statements.plan(for: key("a")) == .execute(name: "s1"))
        #expect(statements.plan(for: PreparedStatements.Key(sql: "a", types: [20])) == .direct)
        var eager = PreparedStatements(countMax: 2)
        #expect(eager.plan(for: key("a"), willRepeat: true) == .prepare(name: "s1"))
        var none = PreparedStatements(countMax: 0)
        for _ in 0..<3 { #expect(none.plan(for: key("a"), willRepeat: true) == .direct) }
    }

    @Test func givesUpTheOneUnusedLongest() {
        var statements = PreparedStatements(countMax: 2)
        for text in ["a", "b", "a"] { _ = statements.plan(for: key(text)) }
        statements.didPrepare(key("a"), name: "s1")
        #expect(statements.plan(for: key("c")) == .direct, "b goes, which was never prepared")
        #expect(statements.takeEvicted() == [])
        _ = statements.plan(for: key("c"))
        statements.didPrepare(key("c"), name: "s2")
        #expect(statements.plan(for: key("d")) == .direct)
        #expect(statements.takeEvicted() == ["s1"])
        #expect(statements.count == 1)
    }

    @Test func theServerKeepsNoMoreThanIsAllowed() async throws {
        try await withPostgres { postgres in
            let configuration = try postgres.configuration(poolSize: 1, overflow: 0, preparedStatementsMax: 5)
            try await postgres.withOpen(configuration) { database in
                for round in 0..<3 {
                    for number in 0..<20 {
                        let statement: Statement = "SELECT \(round) + \(Statement(trustedSQL: "\(number)")) AS sum"
                        for _ in 0..<3 {
                            #expect(try await database.value(statement) == round + number)
                        }
                    }
                }
                let kept: Int = try await database.value("SELECT count(*) FROM pg_prepared_statements")
                #expect((1...6).contains(kept))
            }
        }
    }

    @Test func aChangedTableIsReadAnew() async throws {
        try await withDatabase(poolSize: 1, overflow: 0) { database in
            try await database.query("CREATE TABLE t (a int8)")
            try await database.query("INSERT INTO t VALUES (1)")
            for _ in 0..<3 { #expect(try await database.query("SELECT * FROM t").columns == ["a"]) }
            try await database.query("ALTER TABLE t ADD b text DEFAULT 'new'")
            let rows = try await database.query("SELECT * FROM t")
            #expect(rows.columns == ["a", "b"])
            #expect(try #require(rows.first)["b"] == "new")
        }
    }

    @Test func aServerThatForgotItsStatementsIsTaughtAgain() async throws {
        try await withDatabase(poolSize: 1, overflow: 0) { database in
            for _ in 0..<3 { try await database.query("SELECT 1") }
            try await database.query("DEALLOCATE ALL")
            for _ in 0..<3 { #expect(try await database.value("SELECT 1") == 1) }
        }
    }
}
