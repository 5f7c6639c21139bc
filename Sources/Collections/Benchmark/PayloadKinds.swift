import Foundation

/// Finds the kinds of fields from the values they have.
///
/// Whole numbers are integers, and floats where one of them has a fraction; strings are keywords, datetimes where all of
/// them are such in ISO 8601, and text where one is too long for a keyword; lists of strings are keywords.
struct PayloadKinds {
    private(set) var kinds: [String: FieldKind] = [:]

    /// Takes a value in.
    /// - Throws: what came and what came before, where no kind has both.
    mutating func add(_ value: JSONScalar, field: String) throws(Mismatch) {
        guard let came = Self.kind(of: value) else { return }
        guard let known = kinds[field] else {
            kinds[field] = came
            return
        }
        guard let both = Self.common(known, came) else { throw Mismatch(came: value.name, before: known) }
        kinds[field] = both
    }

    struct Mismatch: Error, Equatable {
        let came: String
        let before: FieldKind
    }

    /// A value as the field's kind has it; nil for null and for what the kind cannot hold.
    func value(_ value: JSONScalar, field: String) -> PayloadValue? {
        switch (value, kinds[field]) {
        case (.string(let string), .keyword): .keyword(string)
        case (.string(let string), .text): .text(string)
        case (.string(let string), .datetime): Self.date(string).map { .datetime($0) }
        case (.strings(let strings), .keywords): .keywords(strings)
        case (.bool(let bool), .bool): .bool(bool)
        case (.integer(let number), .integer): .integer(number)
        case (.integer(let number), .float): .float(Double(number))
        case (.number(let number), .float): .float(number)
        default: nil
        }
    }

    private static func kind(of value: JSONScalar) -> FieldKind? {
        switch value {
        case .null: nil
        case .string(let string):
            if date(string) != nil {
                .datetime
            } else {
                string.utf8.count <= StoredPayload.keywordBytesMax ? .keyword : .text
            }
        case .strings: .keywords
        case .bool: .bool
        case .integer: .integer
        case .number: .float
        }
    }

    private static func common(_ one: FieldKind, _ other: FieldKind) -> FieldKind? {
        if one == other { return one }
        let numbers: Set<FieldKind> = [.integer, .float]
        if numbers.isSuperset(of: [one, other]) { return .float }
        let strings: Set<FieldKind> = [.datetime, .keyword, .text]
        guard strings.isSuperset(of: [one, other]) else { return nil }
        return one == .text || other == .text ? .text : .keyword
    }

    static func date(_ string: String) -> Date? {
        // Most strings are none; parsing tells that slowly.
        guard string.utf8.count >= 20, string.utf8.dropFirst(4).first == UInt8(ascii: "-") else { return nil }
        do { return try Date(string, strategy: .iso8601) } catch { return nil }
    }
}
