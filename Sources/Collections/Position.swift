/// A place in a collection's change log; 0 stands before the first change.
public struct Position: RawRepresentable, Sendable, Hashable, Comparable, CustomStringConvertible {
    public let rawValue: Int64

    public init(rawValue: Int64) { self.rawValue = rawValue }
    public init(_ value: Int64) { rawValue = value }

    public static let start = Position(0)

    public static func < (left: Position, right: Position) -> Bool { left.rawValue < right.rawValue }
    public var description: String { String(rawValue) }
}
