public import Foundation

/// What a point carries beside its vector, by field.
public typealias Payload = [String: PayloadValue]

/// The kinds of value a field can have.
public enum FieldKind: String, Sendable, CaseIterable {
    /// A name, compared without regard to case, outer blanks and Unicode composition; found by an inverted list.
    case keyword
    /// Any number of keywords.
    case keywords
    case float
    case integer
    case datetime
    case uuid
    case bool
    /// Running text; can be searched for a part of it.
    case text
}

/// A typed value of a payload or of a filter.
public enum PayloadValue: Sendable, Hashable {
    case keyword(String)
    case keywords([String])
    case float(Double)
    case integer(Int64)
    case datetime(Date)
    case uuid(UUID)
    case bool(Bool)
    case text(String)

    public var kind: FieldKind {
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

    /// The string of a keyword or text.
    public var stringValue: String? {
        switch self {
        case .keyword(let value), .text(let value): value
        default: nil
        }
    }

    /// The strings of keywords, or of one keyword.
    public var stringsValue: [String]? {
        switch self {
        case .keywords(let values): values
        case .keyword(let value): [value]
        default: nil
        }
    }

    /// The number of a float or integer.
    public var numberValue: Double? {
        switch self {
        case .float(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    public var integerValue: Int64? { if case .integer(let value) = self { value } else { nil } }
    public var dateValue: Date? { if case .datetime(let value) = self { value } else { nil } }
    public var uuidValue: UUID? { if case .uuid(let value) = self { value } else { nil } }
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
}
