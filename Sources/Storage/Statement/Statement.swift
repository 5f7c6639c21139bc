/// SQL with its bound parameters.
///
/// A string interpolation makes one, and every interpolated value becomes a parameter (`$1`, `$2`…); no interpolation
/// puts a run-time string into the SQL:
///
///     "SELECT id FROM users WHERE email = \(email) LIMIT \(limit)"
///
/// A statement within a statement is spliced with its parameters renumbered, so optional filters compose. `\(raw: "…")`
/// takes source literals only, and `init(trustedSQL:)` is the one door for SQL made at run time. Each value is sent in
/// binary with its declared type (`PostgresEncodable`), never as text to guess from.
public struct Statement: ExpressibleByStringInterpolation, Sendable, CustomStringConvertible {
    /// The SQL with placeholders; never a parameter's value.
    public private(set) var sql: String
    private(set) var parameters = ParameterBuffer()
    /// Where each placeholder begins in the UTF-8 of `sql`, in order.
    private var placeholders: [Int] = []

    /// The server's limit on parameters of a statement.
    public static let parametersMax = 65_535

    public init(stringLiteral sql: String) { self.sql = sql }

    public init(stringInterpolation: StringInterpolation) { self = stringInterpolation.statement }

    /// SQL made at run time, without parameters. Whoever calls this answers for every character of it.
    public init(trustedSQL sql: String) { self.sql = sql }

    public var parameterCount: Int { parameters.count }

    /// The SQL; values are not shown.
    public var description: String { sql }

    /// Collects the pieces of an interpolated statement.
    public struct StringInterpolation: StringInterpolationProtocol, Sendable {
        fileprivate var statement: Statement

        public init(literalCapacity: Int, interpolationCount: Int) {
            statement = Statement(trustedSQL: "")
            statement.sql.reserveCapacity(literalCapacity + interpolationCount * 3)
            statement.placeholders.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) { statement.sql += literal }

        /// Binds a value.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
            statement.parameters.append(value)
            statement.appendPlaceholder(number: statement.parameters.count)
        }

        /// Binds a value that may be missing, which the compiler would otherwise take for an oversight.
        public mutating func appendInterpolation<Value: PostgresEncodable>(optional value: Value?) {
            appendInterpolation(value)
        }

        /// Splices a statement and its parameters.
        public mutating func appendInterpolation(_ fragment: Statement) { statement.append(fragment) }

        /// Splices SQL that stands in the program's source.
        public mutating func appendInterpolation(raw sql: StaticString) {
            statement.sql += sql.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
        }
    }

    private mutating func appendPlaceholder(number: Int) {
        placeholders.append(sql.utf8.count)
        sql += "$"
        sql += String(number)
    }

    private mutating func append(_ fragment: Statement) {
        let base = parameters.count
        parameters.append(fragment.parameters)
        let utf8 = fragment.sql.utf8
        var copied = utf8.startIndex
        for (number, offset) in fragment.placeholders.enumerated() {
            let placeholder = utf8.index(utf8.startIndex, offsetBy: offset)
            sql += fragment.sql[copied..<placeholder]
            appendPlaceholder(number: base + number + 1)
            copied = utf8.index(placeholder, offsetBy: 1 + String(number + 1).utf8.count)
        }
        sql += fragment.sql[copied...]
    }
}
