public import Foundation

/// Which points to look at. Fields are named as in the schema; a point without a value in a field matches `isNull` and
/// `noneOf` of that field and none of the other conditions, and `not` turns any condition round.
///
/// Values of keyword and keywords fields are given as `.keyword` and compared folded; of text fields as `.text`; of
/// float and integer fields as `.float` or `.integer`. On a keywords field `equals` means contains.
public indirect enum Filter: Sendable, Hashable {
    /// Every one of them; with none, every point.
    case all([Filter])
    /// At least one of them; with none, no point.
    case any([Filter])
    case not(Filter)
    case equals(String, PayloadValue)
    /// The field has at least one of the values.
    case anyOf(String, [PayloadValue])
    /// The field has none of the values.
    case noneOf(String, [PayloadValue])
    /// The field has every one of the values; with none, every point.
    case allOf(String, [PayloadValue])
    /// A float, integer or datetime between two bounds, of which one may be missing.
    case range(String, lower: Bound?, upper: Bound?)
    /// The field is not set, or a keywords field is empty.
    case isNull(String)
    case hasId([UUID])
    /// A text or keyword field has this part, compared folded.
    case textContains(String, String)

    public enum Bound: Sendable, Hashable {
        case inclusive(PayloadValue)
        case exclusive(PayloadValue)
    }

    /// How deep conditions may be nested.
    public static let depthMax = 16
    /// How many conditions and values a filter may have in all.
    public static let termsMax = 10_000
    /// The longest part to look for in texts.
    public static let partBytesMax = 1_000
}

/// Why a filter does not fit a collection.
public enum FilterError: Error, Equatable, CustomStringConvertible {
    case unknownField(String, allowed: [String])
    case wrongKind(field: String, came: FieldKind, allowed: [FieldKind])
    /// The condition does not exist for this kind of field.
    case wrongCondition(String, field: String, kind: FieldKind, allowed: [FieldKind])
    case notFinite(field: String)
    case noBounds(field: String)
    case partLength(field: String, bytes: Int, bytesMax: Int)
    case tooDeep(depthMax: Int)
    case tooManyTerms(termsMax: Int)

    public var description: String {
        switch self {
        case .unknownField(let field, let allowed):
            "the filter names the field '\(field)', allowed are \(allowed.joined(separator: ", "))"
        case .wrongKind(let field, let came, let allowed):
            "the filter compares the field '\(field)' with \(came.rawValue), allowed is \(Self.list(allowed))"
        case .wrongCondition(let condition, let field, let kind, let allowed):
            "the filter asks '\(condition)' of the field '\(field)' of kind \(kind.rawValue), allowed are fields of "
                + "kind \(Self.list(allowed))"
        case .notFinite(let field): "the filter compares the field '\(field)' with a number that is not finite"
        case .noBounds(let field): "the filter has a range without bounds on the field '\(field)': give one or both"
        case .partLength(let field, let bytes, let bytesMax):
            "the filter looks for a part of \(bytes) bytes in the field '\(field)', allowed are 1 to \(bytesMax)"
        case .tooDeep(let depthMax): "the filter is nested deeper than \(depthMax) levels: make it flatter"
        case .tooManyTerms(let termsMax):
            "the filter has more than \(termsMax) conditions and values: send it in parts"
        }
    }

    private static func list(_ kinds: [FieldKind]) -> String { kinds.map(\.rawValue).joined(separator: " or ") }
}
