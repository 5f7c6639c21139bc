public import Foundation

/// Which points of a collection match. A field that a point lacks matches `isNull` only.
public indirect enum Filter: Sendable, Equatable {
    /// Every one of them; with none, every point.
    case all([Filter])
    /// At least one of them; with none, no point.
    case any([Filter])
    case not(Filter)
    case equals(String, PayloadValue)
    /// The field has at least one of the values.
    case anyOf(String, [PayloadValue])
    /// The field has none of the values; a missing field has none.
    case noneOf(String, [PayloadValue])
    /// A field of several keywords has every one of the values.
    case allOf(String, [PayloadValue])
    /// A number or a date between two bounds, of which one may be missing.
    case range(String, lower: Bound?, upper: Bound?)
    case isNull(String)
    case hasID([UUID])
    /// A text or keyword field holds this part, without case.
    case textContains(String, String)

    public enum Bound: Sendable, Equatable {
        case inclusive(PayloadValue)
        case exclusive(PayloadValue)

        var value: PayloadValue {
            switch self {
            case .inclusive(let value), .exclusive(let value): value
            }
        }
    }

    static let depthMax = 16
    static let termsMax = 4_096
}

/// A filter that does not fit the collection.
public struct FilterError: Error, Equatable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
