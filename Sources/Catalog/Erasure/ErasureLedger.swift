public import Foundation
public import Storage

/// What was erased at people's wish, in order: what has to be erased again after a restore, and what instances have to clean
/// out of their files. Each entry is written in the transaction that erases, and stays for good.
public struct ErasureLedger: Sendable {
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case person, session, answer, pattern
        case jobDescription = "job_description"
    }

    /// What is no more. Ids are never used again.
    public struct Entry: Sendable, Hashable, Codable {
        public let kind: Kind
        public let id: UUID
        public let erasedAt: Date

        public init(kind: Kind, id: UUID, erasedAt: Date) {
            self.kind = kind
            self.id = id
            self.erasedAt = erasedAt
        }
    }

    private static let addedAtOnceMax = 1_000

    private let database: Database

    public init(database: Database) { self.database = database }

    /// Writes down that something is erased, in the transaction that does it. What is in the ledger already stays as it is.
    /// - Parameter receipt: how many rows of each kind went with it.
    static func append(
        _ kind: Kind, _ id: UUID, receipt: [String: Int] = [:], in transaction: Transaction
    ) async throws {
        let json = JSONText(String(decoding: try JSONEncoder().encode(receipt), as: UTF8.self))
        try await transaction.query(
            """
            INSERT INTO erasures (kind, subject_id, receipt) VALUES (\(kind.rawValue), \(id), \(json))
            ON CONFLICT (subject_id, kind) DO NOTHING
            """)
    }

    /// Whether this database keeps a ledger: not one whose schema is older than it.
    public func exists() async throws -> Bool {
        try await !database.query("SELECT WHERE to_regclass('erasures') IS NOT NULL").isEmpty
    }

    /// All entries in order. The ledger of a service that lost a thousand accounts a day would have a third of a million
    /// after a year, some 30 MB here.
    public func entries() async throws -> [Entry] {
        let rows = try await database.query("SELECT kind, subject_id, erased_at FROM erasures ORDER BY number")
        return try rows.compactMap { row in
            guard let kind = Kind(rawValue: try row.decode("kind", as: String.self)) else { return nil }
            return Entry(
                kind: kind, id: try row.decode("subject_id", as: UUID.self),
                erasedAt: try row.decode("erased_at", as: Date.self))
        }
    }

    /// Takes in entries of another ledger, such as that of the database before a restore.
    /// - Returns: how many were new.
    @discardableResult
    public func add(_ entries: [Entry]) async throws -> Int {
        var added = 0
        for start in stride(from: 0, to: entries.count, by: Self.addedAtOnceMax) {
            let some = entries[start..<min(entries.count, start + Self.addedAtOnceMax)]
            added += try await database.query(
                """
                INSERT INTO erasures (kind, subject_id, erased_at)
                SELECT * FROM unnest(\(some.map(\.kind.rawValue)), \(some.map(\.id)), \(some.map(\.erasedAt)))
                ON CONFLICT (subject_id, kind) DO NOTHING
                """
            ).affected
        }
        return added
    }

    /// How many entries there are, which tells whether there are new ones.
    public func count() async throws -> Int {
        let rows = try await database.query("SELECT count(*) AS count FROM erasures")
        return Int(try rows.first?.decode("count", as: Int64.self) ?? 0)
    }
}
