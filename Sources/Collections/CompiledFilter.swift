import Foundation

/// A filter checked against a schema, in the form in which segments evaluate it: keywords normalised, numbers as doubles.
///
/// Equivalent filters may compile differently and select the same slots.
indirect enum CompiledFilter: Sendable {
    case everything
    case all([CompiledFilter])
    case any([CompiledFilter])
    case not(CompiledFilter)
    /// A keyword field has one of these.
    case keywords(String, [String])
    /// A field of several keywords has every one of these.
    case allKeywords(String, [String])
    case numbers(String, Set<Double>)
    case between(String, lower: Double, includesLower: Bool, upper: Double, includesUpper: Bool)
    case identifiers(String, Set<UUID>)
    case booleans(String, Set<Bool>)
    case missing(String)
    case ids(Set<UUID>)
    case contains(String, String)

    /// - Throws: `FilterError` that names the field, what came and what is allowed.
    init(_ filter: Filter?, schema: CollectionSchema) throws {
        guard let filter else {
            self = .everything
            return
        }
        var terms = 0
        self = try Self.compile(filter, schema, depth: 0, &terms)
    }

    private static func compile(
        _ filter: Filter, _ schema: CollectionSchema, depth: Int, _ terms: inout Int
    ) throws -> CompiledFilter {
        guard depth < Filter.depthMax else { throw FilterError("the filter nests deeper than \(Filter.depthMax)") }
        func count(_ added: Int) throws {
            terms += added
            guard terms <= Filter.termsMax else { throw FilterError("the filter has more than \(Filter.termsMax) terms") }
        }
        switch filter {
        case .all(let parts):
            try count(parts.count)
            return .all(try parts.map { try compile($0, schema, depth: depth + 1, &terms) })
        case .any(let parts):
            try count(parts.count)
            return .any(try parts.map { try compile($0, schema, depth: depth + 1, &terms) })
        case .not(let part): return .not(try compile(part, schema, depth: depth + 1, &terms))
        case .equals(let field, let value):
            try count(1)
            return try anyOf(field, [value], schema)
        case .anyOf(let field, let values):
            try count(values.count)
            return try anyOf(field, values, schema)
        case .noneOf(let field, let values):
            try count(values.count)
            return .not(try anyOf(field, values, schema))
        case .allOf(let field, let values):
            try count(values.count)
            guard try kind(of: field, schema) == .keywords else {
                throw FilterError("field '\(field)' does not hold several keywords, all-of needs one that does")
            }
            return .allKeywords(field, try values.map { try keyword($0, field) })
        case .range(let field, let lower, let upper): return try range(field, lower, upper, schema)
        case .isNull(let field):
            _ = try kind(of: field, schema)
            return .missing(field)
        case .hasID(let ids):
            try count(ids.count)
            return .ids(Set(ids))
        case .textContains(let field, let part):
            let kind = try kind(of: field, schema)
            guard kind == .text || kind == .keyword else {
                throw FilterError("field '\(field)' holds \(kind.rawValue), contains needs text or keyword")
            }
            return .contains(field, part.lowercased())
        }
    }

    private static func kind(of field: String, _ schema: CollectionSchema) throws -> PayloadKind {
        guard let kind = schema.fields[field] else {
            let allowed = schema.fields.keys.sorted().joined(separator: ", ")
            throw FilterError("collection \(schema.name) has no field '\(field)', it has \(allowed)")
        }
        return kind
    }

    private static func anyOf(
        _ field: String, _ values: [PayloadValue], _ schema: CollectionSchema
    ) throws -> CompiledFilter {
        let kind = try kind(of: field, schema)
        switch kind {
        case .keyword, .keywords: return .keywords(field, try values.map { try keyword($0, field) })
        case .float, .integer, .datetime: return .numbers(field, Set(try values.map { try number($0, field, kind) }))
        case .uuid:
            return .identifiers(
                field,
                Set(
                    try values.map { value in
                        guard case .uuid(let id) = value else { throw mismatch(field, kind, value) }
                        return id
                    }))
        case .bool:
            return .booleans(
                field,
                Set(
                    try values.map { value in
                        guard case .bool(let flag) = value else { throw mismatch(field, kind, value) }
                        return flag
                    }))
        case .text: throw FilterError("field '\(field)' holds text, which can only be searched for parts")
        }
    }

    private static func range(
        _ field: String, _ lower: Filter.Bound?, _ upper: Filter.Bound?, _ schema: CollectionSchema
    ) throws -> CompiledFilter {
        let kind = try kind(of: field, schema)
        guard kind == .float || kind == .integer || kind == .datetime else {
            throw FilterError("field '\(field)' holds \(kind.rawValue), a range needs float, integer or datetime")
        }
        func includes(_ bound: Filter.Bound?) -> Bool {
            if case .exclusive = bound { return false }
            return true
        }
        return .between(
            field, lower: try lower.map { try number($0.value, field, kind) } ?? -.infinity, includesLower: includes(lower),
            upper: try upper.map { try number($0.value, field, kind) } ?? .infinity, includesUpper: includes(upper))
    }

    private static func keyword(_ value: PayloadValue, _ field: String) throws -> String {
        guard case .keyword(let text) = value else { throw mismatch(field, .keyword, value) }
        return PayloadValue.normalized(text)
    }

    /// A whole number also compares with a float, and the other way round; a date only with dates.
    private static func number(_ value: PayloadValue, _ field: String, _ kind: PayloadKind) throws -> Double {
        guard let number = value.number, (value.kind == .datetime) == (kind == .datetime) else {
            throw mismatch(field, kind, value)
        }
        return number
    }

    private static func mismatch(_ field: String, _ kind: PayloadKind, _ value: PayloadValue) -> FilterError {
        FilterError("field '\(field)' holds \(kind.rawValue), the filter gives \(value.kind.rawValue)")
    }
}
