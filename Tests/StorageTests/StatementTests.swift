import Foundation
import Testing

@testable import Storage

@Suite struct StatementTests {
    @Test func bindsEveryInterpolatedValue() {
        let hostile = "'; DROP TABLE users; --"
        let statement: Statement = "SELECT * FROM users WHERE email = \(hostile) AND age > \(18) LIMIT \(Int32(5))"
        #expect(statement.sql == "SELECT * FROM users WHERE email = $1 AND age > $2 LIMIT $3")
        #expect(statement.parameterCount == 3)
        #expect(statement.parameters.types == [25, 20, 23])
        #expect(!statement.description.contains("DROP"))
    }

    @Test func bindsNullWithItsType() {
        let statement: Statement = "SELECT \(nil as String?), \(nil as [UUID]?), \(7 as Int?)"
        #expect(statement.parameters.slots.map { $0.length == nil } == [true, true, false])
        #expect(statement.parameters.types == [25, 2951, 20])
    }

    @Test func renumbersTheParametersOfFragments() {
        let filters: [Statement] = [
            "a = \(1)", "b = ANY(\(["x", "y"])) OR b IS NULL", "true", "c BETWEEN \(2) AND \(3)",
        ]
        let condition = filters.reduce("\("first") = $$quoted$$" as Statement) { "\($0) AND \($1)" }
        let statement: Statement = "SELECT \(0) WHERE \(condition) LIMIT \(9)"
        #expect(
            statement.sql == "SELECT $1 WHERE $2 = $$quoted$$ AND a = $3 AND b = ANY($4) OR b IS NULL AND true "
                + "AND c BETWEEN $5 AND $6 LIMIT $7")
        #expect(statement.parameterCount == 7)
    }

    @Test func renumbersPastTenAndBesideOtherText() {
        let many = (1...12).map { "\($0)é" as Statement }
        let list = many.dropFirst().reduce(many[0]) { "\($0),\($1)" }
        #expect(list.sql == (1...12).map { "$\($0)é" }.joined(separator: ","))
        let shifted: Statement = "(\(list)) \(list)"
        #expect(shifted.sql == "(\(list.sql)) " + (13...24).map { "$\($0)é" }.joined(separator: ","))
        #expect(shifted.parameterCount == 24)
    }

    @Test func splicesLiteralsOfTheSourceAndTrustedText() {
        let statement: Statement =
            "SELECT * FROM t ORDER BY \(raw: "created_at DESC") \(Statement(trustedSQL: "NULLS LAST"))"
        #expect(statement.sql == "SELECT * FROM t ORDER BY created_at DESC NULLS LAST")
        #expect(statement.parameterCount == 0)
    }

    @Test func quotesIdentifiers() {
        #expect(Identifier.quoted("users") == "\"users\"")
        #expect(Identifier.quoted("a\"; DROP TABLE b; --") == "\"a\"\"; DROP TABLE b; --\"")
    }

    @Test(arguments: [
        ("SELECT 1", "select"), ("  \n insert into t", "insert"), ("(SELECT 1)", "select"), ("", ""),
        ("ROLLBACK", "rollback"),
        ("with\tx as", "with"),
    ])
    func namesTheOperationOfMetrics(sql: String, operation: String) {
        #expect(DatabaseMetrics.operation(of: sql) == operation)
    }
}
