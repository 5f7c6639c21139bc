import Crypto
import Foundation

/// A step of the schema's history: SQL that takes it forward and SQL that takes it back.
///
/// A migration is never edited once it is shipped, since databases that have it would differ from new ones; its
/// checksum is how an edit is noticed.
public struct Migration: Sendable, Equatable {
    /// Counted from 1 without gaps.
    public let version: Int
    public let name: String
    public let up: String
    public let down: String
    /// False for what the server does not do in a transaction, such as CREATE INDEX CONCURRENTLY. Such a migration runs
    /// statement by statement, and one that was interrupted has to be looked after by hand.
    public let isTransactional: Bool

    public init(version: Int, name: String, up: String, down: String, isTransactional: Bool = true) {
        self.version = version
        self.name = name
        self.up = up
        self.down = down
        self.isTransactional = isTransactional
    }

    /// SHA-256 of both texts, in hexadecimal.
    public var checksum: String {
        var hash = SHA256()
        hash.update(data: Data(up.utf8))
        // Between them, so that no text can move from one to the other unnoticed.
        hash.update(data: [0])
        hash.update(data: Data(down.utf8))
        return hash.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// Such as `0003 questions`.
    var title: String { String(repeating: "0", count: max(0, 4 - String(version).count)) + "\(version) \(name)" }
}
