import Foundation
import Storage

/// What a table holds, in a few bytes that do not depend on the order of its rows.
///
/// A row is hashed as the server writes it as text; the hash of a table is the sum of its rows' SHA-256, taken as four
/// numbers of 64 bits, each modulo 2^64 (AdHash: Bellare and Micciancio, "A New Paradigm for Collision-Free Hashing",
/// 1997). Unlike an exclusive or, the sum notices rows that are there twice. It finds faults and mistakes; what finds
/// forgery is the archive's seal. One pass over the table, on the server.
public struct TableFingerprint: Codable, Sendable, Equatable {
    /// With its schema, quoted where SQL needs it.
    public let table: String
    public let rows: Int
    /// 64 hexadecimal digits.
    public let contentHash: String

    /// Settings that the text of a value depends on.
    private static let textSettings = [
        ("TimeZone", "UTC"), ("DateStyle", "ISO, YMD"), ("IntervalStyle", "iso_8601"), ("bytea_output", "hex"),
        ("extra_float_digits", "1"), ("xmlbinary", "base64"), ("lc_monetary", "C"), ("search_path", "pg_catalog"),
        // Fails where policies would hide rows, instead of counting those that are seen.
        ("row_security", "off"),
    ]

    /// Those of every table that is backed up, as the transaction sees them, by name. Changes settings of the transaction.
    static func all(in transaction: Transaction) async throws -> [TableFingerprint] {
        for (name, value) in textSettings { try await transaction.setLocal(name, value) }
        var fingerprints: [TableFingerprint] = []
        for table in try await tables(in: transaction) {
            fingerprints.append(try await fingerprint(of: table, in: transaction))
        }
        return fingerprints
    }

    /// Ordinary tables and the leaves of partitioned ones, but for those that an extension brings.
    private static func tables(in transaction: Transaction) async throws -> [String] {
        let rows = try await transaction.query(
            """
            SELECT format('%I.%I', n.nspname, c.relname) AS name
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND c.relpersistence <> 't'
                AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
                AND NOT EXISTS (
                    SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
            """)
        return try rows.map { try $0["name"] }
    }

    private static func fingerprint(
        of table: String, in transaction: Transaction
    ) async throws -> TableFingerprint {
        // format('%I') has quoted the name.
        let words = [1, 17, 33, 49].enumerated().map { index, start in
            "mod(coalesce(sum(('x' || substr(h, \(start), 16))::bit(64)::bigint), 0), 18446744073709551616)::text"
                + " AS w\(index)"
        }
        let statement = Statement(
            trustedSQL: """
                SELECT count(*) AS n, \(words.joined(separator: ", "))
                FROM (SELECT encode(sha256(convert_to(t::text, 'UTF8')), 'hex') AS h FROM \(table) AS t) AS hashes
                """)
        guard let row = try await transaction.query(statement, timeoutSeconds: 0).first else {
            preconditionFailure("an aggregate returns a row")
        }
        let hash = try (0..<4).map { try word(row, "w\($0)") }.joined()
        return TableFingerprint(table: table, rows: try row["n"], contentHash: hash)
    }

    /// The server's sum is of signed numbers and so is its remainder.
    private static func word(_ row: Row, _ column: String) throws -> String {
        let text: String = try row.decode(column)
        let isNegative = text.hasPrefix("-")
        guard let magnitude = UInt64(isNegative ? String(text.dropFirst()) : text) else {
            preconditionFailure("a remainder by 2^64 has 64 bits")
        }
        let number = isNegative ? 0 &- magnitude : magnitude
        return withUnsafeBytes(of: number.bigEndian) { Hexadecimal.text($0) }
    }

    /// One line for each table in which the two lists differ; none where they are equal.
    static func differences(expected: [TableFingerprint], found: [TableFingerprint]) -> [String] {
        let wanted = Dictionary(expected.map { ($0.table, $0) }) { first, _ in first }
        let present = Dictionary(found.map { ($0.table, $0) }) { first, _ in first }
        return Set(wanted.keys).union(present.keys).sorted().compactMap { table in
            switch (wanted[table], present[table]) {
            case (let expected?, let found?) where expected.rows != found.rows:
                "\(table) has \(found.rows) rows, the backup \(expected.rows)"
            case (let expected?, let found?) where expected.contentHash != found.contentHash:
                "\(table) has as many rows as the backup, \(found.rows), but others"
            case (.some, .some): nil
            case (.some, nil): "\(table) is missing"
            default: "\(table) is there and not in the backup"
            }
        }
    }
}
