import Foundation
import Storage
import TestSupport
import Testing

/// Every type goes to the server and comes back, and means there what it means here.
@Suite struct ValueTests {
    @Test func scalarsComeBack() async throws {
        try await withDatabase { database in
            func check<Value: PostgresEncodable & PostgresDecodable & Equatable>(_ values: [Value]) async throws {
                for value in values {
                    let rows = try await database.query("SELECT \(value) AS value")
                    #expect(try #require(rows.first)["value"] == value, "\(Value.self)")
                }
            }
            try await check([true, false])
            try await check([Int16.min, 0, .max])
            try await check([Int32.min, -1, .max])
            try await check([Int64.min, 1, .max])
            try await check([Int.min, 1, .max])
            try await check([Float.pi, -0.0, .infinity, .leastNonzeroMagnitude])
            try await check([Double.pi, -.infinity, .greatestFiniteMagnitude])
            try await check(["", "naïve 日本 👩‍🚀", "a\"b'c\\d\n$1", String(repeating: "x", count: 100_000)])
            try await check([UUID(), UUID()])
            try await check([Data(), Data([0, 255, 10])])
            try await check([[UInt8](), [0, 1, 254, 255]])
            try await check([JSONText("{\"a\": [1, null]}"), JSONText("\"text\"")])
            try await check([Int?.none, 5])
            try await check([String?.none, ""])
            try await check([[String]?.none, []])
        }
    }

    @Test func arraysComeBack() async throws {
        try await withDatabase { database in
            func check<Value: PostgresEncodable & PostgresDecodable & Equatable>(_ value: Value) async throws {
                let rows = try await database.query("SELECT \(value) AS value")
                #expect(try #require(rows.first)["value"] == value, "\(Value.self)")
            }
            try await check(["a", "", "{\"x\"}", "NULL"])
            try await check([String]())
            try await check((0..<1_000).map { _ in UUID() })
            try await check([Int64.min, .max])
            try await check([Int.max, 0])
            try await check([Int32.min])
            try await check([Float(0.1), .infinity])
            try await check([0.1, -1e300])
            try await check([true, false, true])
            try await check([[UInt8](), [0], [1, 2, 3]])
            try await check([Data([9])])
        }
    }

    @Test func theServerSeesTheSameValues() async throws {
        try await withDatabase { database in
            let date = Date(timeIntervalSince1970: 1_700_000_000.123456)
            let rows = try await database.query(
                """
                SELECT \(date) = '2023-11-14 22:13:20.123456Z'::timestamptz AS date_is_same,
                    \([1, 2, 3]) = ARRAY[1, 2, 3]::int8[] AS array_is_same, \([UInt8]([0xDE, 0xAD])) = '\\xdead'::bytea AS bytes_are,
                    \(JSONText("{\"k\": 1}")) ->> 'k' = '1' AS json_is, \(Float(1.5)) = 1.5::float4 AS float_is,
                    cardinality(\([[UInt8]]([[1], [2]]))) = 2 AS count_is, NOT \(false) AS bool_is
                """)
            let row = try #require(rows.first)
            for column in rows.columns { #expect(try row.decode(column, as: Bool.self), "\(column)") }
        }
    }

    @Test func datesComeBackToTheMicrosecond() async throws {
        try await withDatabase { database in
            var generator = SeededGenerator(seed: 11)
            for _ in 0..<50 {
                let date = Date(timeIntervalSince1970: Double.random(in: -5e9...5e9, using: &generator))
                let rows = try await database.query("SELECT \(date) AS value, \([date]) AS list")
                let row = try #require(rows.first)
                let back: Date = try row["value"]
                #expect(abs(back.timeIntervalSince(date)) < 2e-6, "seed 11, \(date.timeIntervalSince1970)")
                #expect(try row.decode("list", as: [Date].self) == [back])
            }
            let rows = try await database.query(
                """
                SELECT 'infinity'::timestamptz AS future, '-infinity'::timestamptz AS past, '2024-02-29'::date AS day,
                    '2000-01-01 00:00:01'::timestamp AS local
                """)
            let row = try #require(rows.first)
            #expect(try row["future"] == Date.distantFuture)
            #expect(try row["past"] == Date.distantPast)
            #expect(try row["day"] == Date(timeIntervalSince1970: 1_709_164_800))
            #expect(try row["local"] == Date(timeIntervalSince1970: 946_684_801))
        }
    }

    @Test func numericIsReadAsItsTextIs() async throws {
        try await withDatabase { database in
            var generator = SeededGenerator(seed: 5)
            var literals = [
                "0", "0.00", "-0.0001", "10000", "99999999.99990000", "1e-20", "1e20", "NaN", "Infinity", "-Infinity",
            ]
            for _ in 0..<100 {
                let digits = (0..<Int.random(in: 1...30, using: &generator)).map { _ in
                    String(Int.random(in: 0...9, using: &generator))
                }.joined()
                let scale = Int.random(in: -5...20, using: &generator)
                literals.append("\(Bool.random(using: &generator) ? "-" : "")\(digits)e\(-scale)")
            }
            let rows = try await database.query(
                "SELECT x::numeric AS number, x::numeric::text AS text FROM unnest(\(literals)) AS x")
            #expect(rows.count == literals.count)
            for row in rows { #expect(try row.decode("number", as: String.self) == row.decode("text"), "seed 5") }
            let sum = try await database.query(
                "SELECT sum(x) AS sum, avg(x) AS mean FROM generate_series(1::int8, 4) AS x")
            #expect(try #require(sum.first).decode("sum", as: Int.self) == 10)
            #expect(try #require(sum.first).decode("mean", as: Double.self) == 2.5)
        }
    }

    @Test func textIsReadFromEveryTextType() async throws {
        try await withDatabase { database in
            try await database.query("CREATE TYPE mood AS ENUM ('sad', 'glad')")
            let rows = try await database.query(
                """
                SELECT 'a'::varchar AS a, 'b'::char(3) AS b, 'c'::name AS c, '{"d":1}'::json AS d, '{"e":1}'::jsonb AS e,
                    \("glad")::mood AS f, 'g' AS g, ARRAY['sad']::mood[]::text[] AS h
                """)
            let row = try #require(rows.first)
            let texts = try ["a", "b", "c", "d", "e", "f", "g"].map { try row.decode($0, as: String.self) }
            #expect(texts == ["a", "b  ", "c", "{\"d\":1}", "{\"e\": 1}", "glad", "g"])
            #expect(try row["h"] == ["sad"])
            #expect(try row["d"] == JSONText("{\"d\":1}"))
        }
    }

    @Test func aMisreadColumnIsNamedWithBothTypes() async throws {
        try await withDatabase { database in
            let rows = try await database.query(
                "SELECT 1::int8 AS number, NULL::text AS nothing, 'x'::text AS text, 300::int8 AS big, ARRAY['a', NULL] AS holes"
            )
            let row = try #require(rows.first)
            func failure<Value: PostgresDecodable>(_ column: String, as type: Value.Type) -> PostgresDecodingError? {
                #expect(throws: PostgresDecodingError.self) { try row.decode(column, as: type) }
            }
            let wrongType = try #require(failure("number", as: String.self))
            #expect(wrongType.column == "number" && wrongType.expected == "String" && wrongType.found == .int8)
            #expect("\(wrongType)".contains("int8 (oid 20)"))
            #expect(try #require(failure("nothing", as: String.self)).reason.contains("NULL"))
            #expect(try #require(failure("text", as: UUID.self)).found == .text)
            #expect(try #require(failure("big", as: UInt8.self)).found == .int8)
            #expect(try #require(failure("holes", as: [String].self)).reason.contains("NULL"))
            let absent = try #require(failure("absent", as: Int.self))
            #expect(absent.found == nil && absent.reason.contains("number, nothing, text"))
            #expect(throws: PostgresDecodingError.self) { try row.decode(at: 9, as: Int.self) }
        }
    }

    @Test func manyColumnsAndRowsAreRead() async throws {
        try await withDatabase { database in
            let columns = (0..<400).map { "\($0) AS c\($0)" }.joined(separator: ", ")
            let rows = try await database.query(
                Statement(trustedSQL: "SELECT \(columns), i FROM generate_series(0, 99) AS i"))
            #expect(rows.count == 100 && rows.affected == 100)
            for (index, row) in rows.enumerated() {
                #expect(try row["i"] == index)
                #expect(try row["c399"] == 399)
            }
        }
    }
}
