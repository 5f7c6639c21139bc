/// A column cannot be read as the type that was asked for: the SQL and the program disagree.
public struct PostgresDecodingError: Error, Sendable, Equatable, CustomStringConvertible {
    public let column: String
    /// The Swift type.
    public let expected: String
    /// The column's type on the server; nil when there is no such column.
    public let found: PostgresType?
    /// Never holds the column's value.
    public let reason: String

    public var description: String {
        "column \(column) cannot be read as \(expected)\(found.map { ", it is \($0)" } ?? ""): \(reason)"
    }
}
