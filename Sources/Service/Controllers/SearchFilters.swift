import Catalog
import Foundation
import VectorCollections

/// The `filters` of a search request as the engine's filter. A value may be plain (equal, without case), a list (any of
/// them; for `skills` all of them), null (not set), or an object with `any`, `all`, `none`, `gt`, `gte`, `lt`, `lte`.
struct SearchFilters: Sendable {
    static let keysMax = 30
    static let valuesMax = 100

    private(set) var filter: Filter?
    private(set) var minScore: Float?
    /// Keys that mean nothing here, in alphabetical order.
    private(set) var ignored: [String] = []

    private enum Kind { case keyword, keywords, number, date }

    /// What callers may filter questions by, and the engine's field for it.
    private static let fields: [String: (field: String, kind: Kind)] = [
        "difficulty": ("difficulty", .keyword), "difficulty_level": ("difficulty", .keyword),
        "category": ("category", .keyword), "subcategory": ("subcategory", .keyword), "source": ("source", .keyword),
        "role": ("roles", .keywords), "roles": ("roles", .keywords), "compatible_roles": ("roles", .keywords),
        "skills": ("skills", .keywords), "required_skills": ("skills", .keywords),
        "industries": ("industries", .keywords), "industry_tags": ("industries", .keywords),
        "usage_count": ("usage_count", .number), "average_score": ("average_score", .number),
        "success_rate": ("success_rate", .number), "created_at": ("created_at", .date),
    ]

    /// - Parameter strict: whether an unknown key is an error instead of being listed in `ignored`.
    /// - Throws: `ValidationError` that names each key with a problem.
    init(_ filters: [String: JSONValue], strict: Bool) throws {
        var issues: [FieldIssue] = []
        var parts: [Filter] = []
        if filters.count > Self.keysMax {
            let message = "Object should have at most \(Self.keysMax) keys, this has \(filters.count)"
            throw ValidationError(FieldIssue(type: "too_long", field: "filters", message: message))
        }
        for (key, value) in filters.sorted(by: { $0.key < $1.key }) {
            do {
                if key == "min_score" {
                    minScore = Float(try Self.number(value, key))
                } else if key == "text_contains" {
                    parts.append(.textContains("text", try Self.text(value, key)))
                } else if let (field, kind) = Self.fields[key] {
                    parts += try Self.parts(value, key: key, field: field, kind)
                } else {
                    ignored.append(key)
                }
            } catch let error as ValidationError {
                issues += error.issues
            }
        }
        if strict {
            issues += ignored.map { key in
                let allowed = (Self.fields.keys + ["min_score", "text_contains"]).sorted().joined(separator: ", ")
                return FieldIssue(type: "extra_forbidden", field: ["filters", key], message: "Allowed are \(allowed)")
            }
        }
        if !issues.isEmpty { throw ValidationError(issues) }
        filter = parts.isEmpty ? nil : .all(parts)
    }

    // MARK: Values

    private static func parts(_ value: JSONValue, key: String, field: String, _ kind: Kind) throws -> [Filter] {
        switch value {
        case .null: return [.isNull(field)]
        case .array(let values):
            if kind == .keywords, field == "skills" { return [.allOf(field, try payloads(values, key, kind))] }
            return [.anyOf(field, try payloads(values, key, kind))]
        case .object(let conditions):
            return try conditions.sorted { $0.key < $1.key }.map { name, value in
                try condition(name, value, key: key, field: field, kind)
            }
        default: return [.equals(field, try payload(value, key, kind))]
        }
    }

    private static func condition(
        _ name: String, _ value: JSONValue, key: String, field: String, _ kind: Kind
    ) throws -> Filter {
        switch (name, value) {
        case ("any", .array(let values)): return .anyOf(field, try payloads(values, key, kind))
        case ("all", .array(let values)): return .allOf(field, try payloads(values, key, kind))
        case ("none", .array(let values)): return .noneOf(field, try payloads(values, key, kind))
        case ("gte", _): return .range(field, lower: .inclusive(try payload(value, key, kind)), upper: nil)
        case ("gt", _): return .range(field, lower: .exclusive(try payload(value, key, kind)), upper: nil)
        case ("lte", _): return .range(field, lower: nil, upper: .inclusive(try payload(value, key, kind)))
        case ("lt", _): return .range(field, lower: nil, upper: .exclusive(try payload(value, key, kind)))
        default:
            throw issue(key, "Allowed are any, all and none with a list, and gt, gte, lt and lte", "\(name)")
        }
    }

    private static func payloads(_ values: [JSONValue], _ key: String, _ kind: Kind) throws -> [PayloadValue] {
        guard (1...valuesMax).contains(values.count) else {
            throw issue(key, "List should have 1 to \(valuesMax) elements, this has \(values.count)", nil)
        }
        return try values.map { try payload($0, key, kind) }
    }

    private static func payload(_ value: JSONValue, _ key: String, _ kind: Kind) throws -> PayloadValue {
        switch kind {
        case .keyword, .keywords: return .keyword(try text(value, key))
        case .number where key == "usage_count": return .integer(Int64(try number(value, key)))
        case .number: return .float(try number(value, key))
        case .date:
            let text = try text(value, key)
            do {
                return .datetime(try Date(text, strategy: .iso8601))
            } catch {
                throw issue(key, "Input should be a date and time such as 2026-01-31T00:00:00Z", text)
            }
        }
    }

    private static func text(_ value: JSONValue, _ key: String) throws -> String {
        guard case .string(let text) = value else { throw issue(key, "Input should be a string", nil) }
        guard (1...500).contains(text.count) else { throw issue(key, "Text should have 1 to 500 characters", text) }
        return text
    }

    private static func number(_ value: JSONValue, _ key: String) throws -> Double {
        switch value {
        case .integer(let number): return Double(number)
        case .number(let number): return number
        default: throw issue(key, "Input should be a number", nil)
        }
    }

    private static func issue(_ key: String, _ message: String, _ input: String?) -> ValidationError {
        ValidationError(FieldIssue(type: "filter", field: ["filters", key], message: message, input: input))
    }
}
