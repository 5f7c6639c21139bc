public import Foundation

/// What a field of a payload can hold.
public enum PayloadKind: String, Sendable, CaseIterable {
    case keyword, keywords, float, integer, datetime, uuid, bool, text
}

/// A typed value of a payload or of a filter.
public enum PayloadValue: Sendable, Equatable {
    /// Compared without case and without white space at its ends.
    case keyword(String)
    case keywords([String])
    case float(Double)
    case integer(Int64)
    case datetime(Date)
    case uuid(UUID)
    case bool(Bool)
    /// Not compared as a whole; searched for parts.
    case text(String)

    public var kind: PayloadKind {
        switch self {
        case .keyword: .keyword
        case .keywords: .keywords
        case .float: .float
        case .integer: .integer
        case .datetime: .datetime
        case .uuid: .uuid
        case .bool: .bool
        case .text: .text
        }
    }

    /// The form in which keywords are compared.
    static func normalized(_ keyword: String) -> String {
        keyword.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    }

    /// The place on a number line of values that have an order.
    var number: Double? {
        switch self {
        case .float(let value): value
        case .integer(let value): Double(value)
        case .datetime(let value): value.timeIntervalSinceReferenceDate
        default: nil
        }
    }
}
