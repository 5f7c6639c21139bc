public import Storage

/// Why the schema cannot be moved, or is not as it must be.
public struct MigrationError: Error, Sendable, CustomStringConvertible {
    public enum Kind: Sendable, Equatable {
        /// The list of migrations has gaps, duplicates, or a migration without SQL.
        case invalidList
        case unknownVersion
        /// An applied migration has another text than the present one.
        case edited
        /// The database has a migration that this program does not know.
        case missing
        /// A migration is not applied though a later one is.
        case outOfOrder
        case interrupted
        /// Not all migrations are applied.
        case pending
        /// Another run held the lock for too long.
        case locked
        case statementFailed
    }

    public let kind: Kind
    /// nil where no single migration is concerned.
    public let version: Int?
    public let message: String
    /// The server's report, for `statementFailed`.
    public let cause: PostgresError?

    init(_ kind: Kind, version: Int? = nil, _ message: String, cause: PostgresError? = nil) {
        self.kind = kind
        self.version = version
        self.message = message
        self.cause = cause
    }

    public var description: String { cause.map { "\(message): \($0)" } ?? message }
}
