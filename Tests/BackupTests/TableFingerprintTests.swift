import Storage
import TestSupport
import Testing

@testable import Backup

@Suite struct TableFingerprintTests {
    private func fingerprints(_ database: Database) async throws -> [TableFingerprint] {
        try await database.withTransaction(readOnly: true) { try await TableFingerprint.all(in: $0) }
    }

    @Test func dependsOnRowsAndNotOnTheirOrder() async throws {
        try await withDatabase { database in
            try await database.query(#"CREATE TABLE a (n integer, "when" timestamptz, x double precision, b bytea)"#)
            try await database.query(#"CREATE SCHEMA "Odd ""one""""#)
            let rows = [
                "(1, '2026-01-01 00:00:00+00', 0.1, '\\x00')", "(2, NULL, 'NaN', NULL)", "(1, NULL, 1e300, '')",
            ]
            try await database.query(Statement(trustedSQL: "INSERT INTO a VALUES \(rows.joined(separator: ","))"))
            let first = try await fingerprints(database)
            #expect(first.map(\.table) == ["public.a"])
            #expect(first[0].rows == 3 && first[0].contentHash.utf8.count == 64)

            try await database.query("DELETE FROM a")
            let empty = try await fingerprints(database)
            #expect(empty[0].contentHash == String(repeating: "0", count: 64))
            try await database.query(
                Statement(trustedSQL: "INSERT INTO a VALUES \(rows.reversed().joined(separator: ","))"))
            #expect(try await fingerprints(database) == first)

            // Twice the same row: an exclusive or would not see it.
            try await database.query("INSERT INTO a SELECT * FROM a WHERE n = 2")
            try await database.query("DELETE FROM a WHERE n = 1")
            let doubled = try await fingerprints(database)
            #expect(doubled[0].rows == 2 && doubled[0].contentHash != empty[0].contentHash)

            try await database.query(#"CREATE TABLE "Odd ""one"""."T x" (n integer)"#)
            #expect(try await fingerprints(database).map(\.table) == [#""Odd ""one"""."T x""#, "public.a"])
        }
    }

    @Test func doesNotDependOnTheSession() async throws {
        try await withPostgres { test in
            try await test.withOpen { database in
                try await database.query("CREATE TABLE a (at timestamptz, span interval, b bytea, x real)")
                try await database.query("INSERT INTO a VALUES (now(), '1 day 2 hours', '\\x0102', 0.3)")
                let settings = [
                    "TimeZone": "Asia/Tokyo", "DateStyle": "German", "IntervalStyle": "postgres_verbose",
                    "bytea_output": "escape", "extra_float_digits": "-3",
                ]
                let other = try await test.withOpen(test.configuration(sessionSettings: settings)) {
                    try await fingerprints($0)
                }
                #expect(try await fingerprints(database) == other)
            }
        }
    }

    @Test func namesDifferences() {
        let table = { (name: String, rows: Int, hash: String) in
            TableFingerprint(table: name, rows: rows, contentHash: hash)
        }
        let expected = [table("a", 1, "0"), table("b", 2, "0"), table("c", 3, "0"), table("d", 4, "0")]
        let found = [table("a", 1, "0"), table("b", 1, "1"), table("c", 3, "1"), table("e", 4, "0")]
        #expect(
            TableFingerprint.differences(expected: expected, found: found) == [
                "b has 1 rows, the backup 2", "c has as many rows as the backup, 3, but others", "d is missing",
                "e is there and not in the backup",
            ])
    }
}
