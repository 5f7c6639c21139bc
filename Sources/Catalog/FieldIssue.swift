/// One thing that is wrong with one field of what a caller sent.
public struct FieldIssue: Sendable, Equatable {
    /// A stable, machine-readable kind, such as `missing`, `string_too_long` or `enum`.
    public let type: String
    /// The path to the field, outermost first, such as `["required_skills", "3"]`.
    public let field: [String]
    /// What is wrong and what is allowed, for a person.
    public let message: String
    /// What came, shortened; nil where nothing came or where it must not be repeated (passwords).
    public let input: String?

    public init(type: String, field: [String], message: String, input: String? = nil) {
        self.type = type
        self.field = field
        self.message = message
        self.input = input.map { $0.count > 100 ? $0.prefix(100) + "…" : $0 }
    }

    public init(type: String, field: String, message: String, input: String? = nil) {
        self.init(type: type, field: [field], message: message, input: input)
    }
}

/// Everything that is wrong with what a caller sent; never empty.
public struct ValidationError: Error, Equatable, CustomStringConvertible {
    public let issues: [FieldIssue]

    public init(_ issues: [FieldIssue]) {
        precondition(!issues.isEmpty)
        self.issues = issues
    }

    public init(_ issue: FieldIssue) { self.init([issue]) }

    public var description: String {
        issues.map { "\($0.field.joined(separator: ".")): \($0.message)" }.joined(separator: "; ")
    }
}

/// Gathers the issues of several fields, so that a caller hears of all of them at once.
public struct FieldCheck {
    public private(set) var issues: [FieldIssue] = []

    public init() {}

    public mutating func add(_ issue: FieldIssue) { issues.append(issue) }

    /// Trims white space and checks the length in characters.
    public mutating func text(_ value: String, _ field: String, in length: ClosedRange<Int>) -> String {
        let trimmed = value.trimmed
        if trimmed.unicodeScalars.contains("\0") {
            add(FieldIssue(type: "string_invalid", field: field, message: "Text must not hold the NUL character"))
        }
        let count = trimmed.unicodeScalars.count
        if count < length.lowerBound {
            let message = "Text should have at least \(length.lowerBound) characters, this has \(count)"
            add(FieldIssue(type: "string_too_short", field: field, message: message, input: trimmed))
        } else if count > length.upperBound {
            let message = "Text should have at most \(length.upperBound) characters, this has \(count)"
            add(FieldIssue(type: "string_too_long", field: field, message: message, input: trimmed))
        }
        return trimmed
    }

    /// The same for a text that may be missing; an empty one counts as missing.
    public mutating func text(_ value: String?, _ field: String, in length: ClosedRange<Int>) -> String? {
        guard let value, !value.trimmed.isEmpty else { return nil }
        let checked: String = text(value, field, in: length)
        return checked
    }

    /// Trims, drops empty elements and repeats (ignoring case), and checks the count and each length.
    public mutating func texts(_ values: [String], _ field: String, countMax: Int, lengthMax: Int) -> [String] {
        var seen: Set<String> = []
        let kept = values.map(\.trimmed).filter { !$0.isEmpty && seen.insert($0.lowercased()).inserted }
        if kept.count > countMax {
            let message = "List should have at most \(countMax) elements, this has \(kept.count)"
            add(FieldIssue(type: "too_long", field: field, message: message))
        }
        for (index, value) in kept.enumerated() where value.unicodeScalars.count > lengthMax {
            let message = "Text should have at most \(lengthMax) characters, this has \(value.unicodeScalars.count)"
            add(FieldIssue(type: "string_too_long", field: [field, String(index)], message: message, input: value))
        }
        return kept
    }

    /// One of an enumeration's values, compared without case.
    public mutating func choice<Value>(_ value: String, _ field: String) -> Value?
    where Value: RawRepresentable<String> & CaseIterable {
        if let known = Value(rawValue: value.trimmed.lowercased()) { return known }
        let allowed = Value.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        add(FieldIssue(type: "enum", field: field, message: "Value should be one of \(allowed)", input: value))
        return nil
    }

    /// A whole number within a range.
    public mutating func number(_ value: Int, _ field: String, in range: ClosedRange<Int>) -> Int {
        if value < range.lowerBound {
            let message = "Number should be greater than or equal to \(range.lowerBound)"
            add(FieldIssue(type: "greater_than_equal", field: field, message: message, input: String(value)))
        } else if value > range.upperBound {
            let message = "Number should be less than or equal to \(range.upperBound)"
            add(FieldIssue(type: "less_than_equal", field: field, message: message, input: String(value)))
        }
        return value
    }

    /// - Throws: `ValidationError` with everything found so far.
    public func finish() throws {
        if !issues.isEmpty { throw ValidationError(issues) }
    }
}

extension String {
    /// Without white space and line ends at both sides.
    package var trimmed: String {
        var scalars = self[...].unicodeScalars
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(scalars)
    }
}
