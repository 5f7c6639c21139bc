/// What went wrong between this program and the server, with what an operator can do.
///
/// `description` names the statement and the objects but never a parameter's value or a password: the server's detail,
/// which quotes values, is a property of its own and not part of it.
public struct PostgresError: Error, Sendable, CustomStringConvertible {
    public enum Kind: String, Sendable, Equatable, CaseIterable {
        case uniqueViolation, foreignKeyViolation, checkViolation, notNullViolation, exclusionViolation
        case serializationFailure, deadlock, lockNotAvailable
        /// Cancelled on the server by somebody else. A cancelled task throws `CancellationError`.
        case queryCancelled
        /// The statement ran longer than it was allowed to and was cancelled on the server.
        case statementTimeout
        /// The connection broke; whatever ran on it did not commit.
        case connectionLost
        case connectFailed
        /// No connection became free in time, or too many callers wait for one already.
        case poolTimeout
        case poolShutDown
        /// The server has no slot left for a connection.
        case tooManyConnections
        /// The server takes no writes: a standby, or a read-only transaction.
        case readOnly
        case diskFull
        /// A table, column, function or other object does not exist.
        case undefined
        /// A statement of the transaction failed before, so that it can only be rolled back.
        case transactionAborted
        /// The connection broke while COMMIT was under way: it may have happened or not.
        case commitOutcomeUnknown
        /// A connection or transaction was used after its closure had ended.
        case leaseEnded
        case other
    }

    public let kind: Kind
    /// Five characters of the SQL standard or of PostgreSQL; nil where the error is not the server's.
    public let sqlState: String?
    public let severity: String?
    public let message: String
    /// May quote values.
    public let detail: String?
    public let hint: String?
    public let constraint: String?
    public let table: String?
    public let column: String?
    /// Where in the statement, in characters from 1.
    public let position: Int?
    /// The SQL with placeholders, cut after `statementLengthMax` characters.
    public let statement: String?
    /// The server's function that cannot reuse a plan reports under it.
    let sourceFunction: String?

    static let statementLengthMax = 2_000

    init(kind: Kind, message: String, sqlState: String? = nil, statement: String? = nil) {
        self.kind = kind
        self.sqlState = sqlState
        self.message = message
        self.statement = statement.map { String($0.prefix(Self.statementLengthMax)) }
        severity = nil
        detail = nil
        hint = nil
        constraint = nil
        table = nil
        column = nil
        position = nil
        sourceFunction = nil
    }

    /// - Parameter fields: those of the server's report.
    init(fields: ErrorFields, statement: String?, kind: Kind? = nil) {
        let state = fields.sqlState
        let message = fields.message ?? "the server gave no message"
        self.kind = kind ?? Self.kind(sqlState: state, message: message)
        sqlState = state
        severity = fields.severity
        self.message = message
        detail = fields.detail
        hint = fields.hint
        constraint = fields.constraint
        table = fields.table
        column = fields.column
        position = fields.position.flatMap { Int($0) }
        self.statement = statement.map { String($0.prefix(Self.statementLengthMax)) }
        sourceFunction = fields.sourceFunction
    }

    public var description: String {
        var text = "\(kind.rawValue)\(sqlState.map { " [\($0)]" } ?? ""): \(shownMessage)"
        if let table { text += "; table \(table)" }
        if let column { text += ", column \(column)" }
        if let constraint { text += ", constraint \(constraint)" }
        if let position { text += "; at character \(position)" }
        if let statement { text += "; statement: \(statement)" }
        if let hint { text += "; hint: \(hint)" }
        return text + "; \(advice)"
    }

    /// The reports of class 22 quote the value that they could not read.
    private var shownMessage: String {
        sqlState?.hasPrefix("22") == true ? Self.maskingQuotations(in: message) : message
    }

    /// `text` with `…` for all from its first to its last double quote: a quoted value may hold quotes itself.
    static func maskingQuotations(in text: String) -> String {
        guard let first = text.firstIndex(of: "\""), let last = text.lastIndex(of: "\""), first < last else {
            return text
        }
        return text[...first] + "…" + text[last...]
    }

    /// What an operator can do about it.
    public var advice: String {
        switch kind {
        case .uniqueViolation, .foreignKeyViolation, .checkViolation, .notNullViolation, .exclusionViolation:
            "the data breaks a rule of the schema: the caller must send other data"
        case .serializationFailure, .deadlock:
            "transactions met; repeat the transaction, and if it lasts lower the concurrency"
        case .lockNotAvailable: "another session holds the lock: look into pg_locks, or repeat later"
        case .queryCancelled: "somebody cancelled the statement (pg_cancel_backend)"
        case .statementTimeout: "look at the statement's plan with EXPLAIN, or raise the statement timeout"
        case .connectionLost: "see the server's log; the connection is replaced by itself"
        case .connectFailed: "check that the server runs and that address, database, user and password are right"
        case .poolTimeout: "raise the pool's size and overflow, or find what holds connections for long"
        case .poolShutDown: "the service is stopping"
        case .tooManyConnections: "raise max_connections on the server or make the pools of all instances smaller"
        case .readOnly: "connect to the primary"
        case .diskFull: "free space on the server's disk"
        case .undefined: "run the migrations"
        case .transactionAborted: "an earlier statement's error was swallowed: let it out of the transaction's closure"
        case .commitOutcomeUnknown: "read the data to see whether it was committed before repeating"
        case .leaseEnded: "a mistake in the program: keep connections and transactions inside their closures"
        case .other: "see the server's log"
        }
    }

    static func kind(sqlState: String?, message: String) -> Kind {
        guard let sqlState else { return .connectionLost }
        switch sqlState {
        case "23505": return .uniqueViolation
        case "23503": return .foreignKeyViolation
        case "23514": return .checkViolation
        case "23502": return .notNullViolation
        case "23P01": return .exclusionViolation
        case "40001": return .serializationFailure
        case "40P01": return .deadlock
        case "55P03": return .lockNotAvailable
        // One state for both; the server's setting statement_timeout is told apart by its English message only.
        case "57014": return message.contains("statement timeout") ? .statementTimeout : .queryCancelled
        case "57P01", "57P02", "57P03", "57P05", "25P03": return .connectionLost
        case "53300": return .tooManyConnections
        case "53100": return .diskFull
        case "25006": return .readOnly
        case "25P02": return .transactionAborted
        case "42P01", "42703", "42883", "42704", "3F000", "3D000", "42P02": return .undefined
        default: return .other
        }
    }
}

/// The fields of a server's report that are of use.
struct ErrorFields: Sendable {
    var sqlState: String?
    var severity: String?
    var message: String?
    var detail: String?
    var hint: String?
    var constraint: String?
    var table: String?
    var column: String?
    var position: String?
    var sourceFunction: String?
}
