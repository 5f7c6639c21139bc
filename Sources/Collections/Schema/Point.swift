public import Foundation

/// An item as it comes in.
public struct Point: Sendable, Hashable {
    public let id: UUID
    /// Finite, not all zero, of the collection's dimension. Brought to unit length when applied.
    public let vector: [Float]
    /// Fields may be missing; those given must stand in the schema with their kind.
    public let payload: Payload

    public init(id: UUID, vector: [Float], payload: Payload = [:]) {
        self.id = id
        self.vector = vector
        self.payload = payload
    }
}

/// A place in a collection's change log.
public struct Position: RawRepresentable, Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral,
    CustomStringConvertible
{
    /// Before every change.
    public static let start = Position(0)

    public let rawValue: Int64

    public init(rawValue: Int64) { self.rawValue = rawValue }
    public init(_ rawValue: Int64) { self.rawValue = rawValue }
    public init(integerLiteral value: Int64) { rawValue = value }

    public var description: String { "\(rawValue)" }
    public static func < (left: Position, right: Position) -> Bool { left.rawValue < right.rawValue }
}

/// An entry of a change log. Several changes of one item may be given as one, of its latest state, at the last
/// position.
public struct Change: Sendable, Hashable {
    public enum Operation: Sendable, Hashable {
        case upsert(Point)
        /// Deleting what is not there is allowed.
        case delete
    }

    public let position: Position
    public let id: UUID
    public let operation: Operation

    /// The point of an upsert must have the id of the change.
    public init(position: Position, id: UUID, operation: Operation) {
        if case .upsert(let point) = operation { precondition(point.id == id, "a change of \(id) holds \(point.id)") }
        self.position = position
        self.id = id
        self.operation = operation
    }
}

/// Why a point does not fit its collection.
public struct PointError: Error, Equatable, CustomStringConvertible {
    public enum Reason: Error, Equatable {
        case dimension(came: Int, allowed: Int)
        case notFinite(element: Int)
        case zeroVector
        case unknownField(String, allowed: [String])
        case wrongKind(field: String, came: FieldKind, allowed: FieldKind)
        case notFiniteNumber(field: String)
        case tooLong(field: String, bytes: Int, bytesMax: Int)
        case tooMany(field: String, count: Int, countMax: Int)
    }

    public let collection: String
    public let id: UUID
    public let reason: Reason

    public var description: String { "collection \(collection), point \(id): \(explanation)" }

    private var explanation: String {
        switch reason {
        case .dimension(let came, let allowed): "a vector of \(came) dimensions came, allowed is \(allowed)"
        case .notFinite(let element): "element \(element) of the vector is not a finite number"
        case .zeroVector: "the vector has no length, so it has no direction"
        case .unknownField(let field, let allowed):
            "the field '\(field)' came, allowed are \(allowed.joined(separator: ", "))"
        case .wrongKind(let field, let came, let allowed):
            "\(came.rawValue) came in the field '\(field)', allowed is \(allowed.rawValue)"
        case .notFiniteNumber(let field): "the number in the field '\(field)' is not finite"
        case .tooLong(let field, let bytes, let bytesMax):
            "\(bytes) bytes came in the field '\(field)', allowed are \(bytesMax)"
        case .tooMany(let field, let count, let countMax):
            "\(count) values came in the field '\(field)', allowed are \(countMax)"
        }
    }
}

/// Why changes cannot be applied.
public enum ChangeError: Error, Equatable, CustomStringConvertible {
    case outOfOrder(collection: String, position: Position, after: Position)

    public var description: String {
        switch self {
        case .outOfOrder(let collection, let position, let after):
            "collection \(collection): the change \(position) came after \(after): give them in the order of the log"
        }
    }
}
