import Foundation

/// Checks a filter against a schema and brings it into the form that parts answer.
struct FilterCompiler {
    private let schema: CollectionSchema
    private var termsLeft = Filter.termsMax

    private init(schema: CollectionSchema) { self.schema = schema }

    /// No filter matches everything.
    static func compile(_ filter: Filter?, schema: CollectionSchema) throws(FilterError) -> CompiledFilter {
        guard let filter else { return .everything }
        var compiler = FilterCompiler(schema: schema)
        return try compiler.compile(filter, depth: 1)
    }

    private mutating func compile(_ filter: Filter, depth: Int) throws(FilterError) -> CompiledFilter {
        guard depth <= Filter.depthMax else { throw .tooDeep(depthMax: Filter.depthMax) }
        try take(1)
        switch filter {
        case .all(let parts):
            let parts = try compile(parts, depth)
            return parts.isEmpty ? .everything : .all(parts.sorted { $0.cost < $1.cost })
        case .any(let parts):
            let parts = try compile(parts, depth)
            return parts.isEmpty ? .nothing : .any(parts)
        case .not(let part): return .not(try compile(part, depth: depth + 1))
        case .equals(let field, let value): return try anyOf(field, [value])
        case .anyOf(let field, let values): return try anyOf(field, values)
        case .noneOf(let field, let values): return .not(try anyOf(field, values))
        case .allOf(let field, let values): return try allOf(field, values)
        case .range(let field, let lower, let upper): return try range(field, lower, upper)
        case .isNull(let field): return .not(.isSet(field: try resolve(field).index))
        case .hasId(let ids):
            try take(ids.count)
            return .keys(ids.map(PointKey.init).sorted())
        case .textContains(let field, let part): return try contains(field, part)
        }
    }

    private mutating func compile(_ parts: [Filter], _ depth: Int) throws(FilterError) -> [CompiledFilter] {
        var compiled: [CompiledFilter] = []
        for part in parts { compiled.append(try compile(part, depth: depth + 1)) }
        return compiled
    }

    private mutating func take(_ terms: Int) throws(FilterError) {
        termsLeft -= terms
        if termsLeft < 0 { throw .tooManyTerms(termsMax: Filter.termsMax) }
    }

    private func resolve(_ name: String) throws(FilterError) -> (index: Int, kind: FieldKind) {
        guard let index = schema.index(of: name) else {
            throw .unknownField(name, allowed: schema.fields.map(\.name))
        }
        return (index, schema.fields[index].kind)
    }

    // MARK: Values

    private mutating func anyOf(_ name: String, _ values: [PayloadValue]) throws(FilterError) -> CompiledFilter {
        let (field, kind) = try resolve(name)
        try take(values.count)
        switch kind {
        case .keyword, .keywords: return .anyTerm(field: field, try terms(values, name))
        case .float: return .floatIn(field: field, Set(try numbers(values, name)))
        case .datetime: return .floatIn(field: field, Set(try dates(values, name)))
        case .integer:
            return .integerIn(field: field, try integers(values, name))
        case .bool:
            var flags: Set<Int64> = []
            for value in values {
                guard case .bool(let flag) = value else { throw wrong(value, name, [.bool]) }
                flags.insert(flag ? 1 : 0)
            }
            return .integerIn(field: field, flags)
        case .uuid:
            var keys: Set<PointKey> = []
            for value in values {
                guard case .uuid(let id) = value else { throw wrong(value, name, [.uuid]) }
                keys.insert(PointKey(id))
            }
            return .uuidIn(field: field, keys)
        case .text:
            var texts: Set<String> = []
            for value in values {
                guard case .text(let text) = value else { throw wrong(value, name, [.text]) }
                texts.insert(FoldedText.fold(text))
            }
            return .textIn(field: field, texts)
        }
    }

    private mutating func allOf(_ name: String, _ values: [PayloadValue]) throws(FilterError) -> CompiledFilter {
        let (field, kind) = try resolve(name)
        if values.isEmpty { return .everything }
        if kind == .keyword || kind == .keywords {
            try take(values.count)
            return .allTerms(field: field, try terms(values, name))
        }
        var parts: [CompiledFilter] = []
        for value in values { parts.append(try anyOf(name, [value])) }
        return .all(parts)
    }

    private func contains(_ name: String, _ part: String) throws(FilterError) -> CompiledFilter {
        let (field, kind) = try resolve(name)
        guard [.text, .keyword, .keywords].contains(kind) else {
            throw .wrongCondition("textContains", field: name, kind: kind, allowed: [.text, .keyword, .keywords])
        }
        guard (1...Filter.partBytesMax).contains(part.utf8.count) else {
            throw .partLength(field: name, bytes: part.utf8.count, bytesMax: Filter.partBytesMax)
        }
        return .contains(field: field, FoldedText.fold(part))
    }

    // MARK: Ranges

    private func range(
        _ name: String, _ lower: Filter.Bound?, _ upper: Filter.Bound?
    ) throws(FilterError) -> CompiledFilter {
        let (field, kind) = try resolve(name)
        guard lower != nil || upper != nil else { throw .noBounds(field: name) }
        var interval = CompiledFilter.Interval()
        switch kind {
        case .float, .datetime:
            if let (value, isIncluded) = lower?.parts {
                (interval.lower, interval.isLowerIncluded) = (try number(value, name, kind), isIncluded)
            }
            if let (value, isIncluded) = upper?.parts {
                (interval.upper, interval.isUpperIncluded) = (try number(value, name, kind), isIncluded)
            }
            return .floats(field: field, interval)
        case .integer:
            guard let least = try least(lower, name), let greatest = try greatest(upper, name), least <= greatest else {
                return .nothing
            }
            return .integers(field: field, least...greatest)
        case .keyword, .keywords, .uuid, .bool, .text:
            throw .wrongCondition("range", field: name, kind: kind, allowed: [.float, .integer, .datetime])
        }
    }

    /// The least integer within a lower bound; nil when there is none.
    private func least(_ bound: Filter.Bound?, _ name: String) throws(FilterError) -> Int64? {
        guard let (value, isIncluded) = bound?.parts else { return .min }
        if case .integer(let number) = value { return isIncluded ? number : number == .max ? nil : number + 1 }
        let number = try number(value, name, .integer)
        let least = isIncluded ? number.rounded(.up) : number.rounded(.down) + 1
        if least < -0x1p63 { return .min }
        return Int64(exactly: least)
    }

    /// The greatest integer within an upper bound; nil when there is none.
    private func greatest(_ bound: Filter.Bound?, _ name: String) throws(FilterError) -> Int64? {
        guard let (value, isIncluded) = bound?.parts else { return .max }
        if case .integer(let number) = value { return isIncluded ? number : number == .min ? nil : number - 1 }
        let number = try number(value, name, .integer)
        let greatest = isIncluded ? number.rounded(.down) : number.rounded(.up) - 1
        if greatest >= 0x1p63 { return .max }
        return Int64(exactly: greatest)
    }

    // MARK: Kinds

    private func terms(_ values: [PayloadValue], _ name: String) throws(FilterError) -> Set<String> {
        var terms: Set<String> = []
        for value in values {
            guard case .keyword(let keyword) = value else { throw wrong(value, name, [.keyword]) }
            terms.insert(FoldedText.term(keyword))
        }
        return terms
    }

    private func dates(_ values: [PayloadValue], _ name: String) throws(FilterError) -> [Double] {
        var dates: [Double] = []
        for value in values { dates.append(try number(value, name, .datetime)) }
        return dates
    }

    private func numbers(_ values: [PayloadValue], _ name: String) throws(FilterError) -> [Double] {
        var numbers: [Double] = []
        for value in values { numbers.append(try number(value, name, .float)) }
        return numbers
    }

    /// A number with a fraction equals no integer.
    private func integers(_ values: [PayloadValue], _ name: String) throws(FilterError) -> Set<Int64> {
        var integers: Set<Int64> = []
        for value in values {
            if case .integer(let integer) = value {
                integers.insert(integer)
            } else if let integer = Int64(exactly: try number(value, name, .integer)) {
                integers.insert(integer)
            }
        }
        return integers
    }

    private func number(_ value: PayloadValue, _ name: String, _ kind: FieldKind) throws(FilterError) -> Double {
        let number: Double
        switch (value, kind) {
        case (.datetime(let date), .datetime): number = date.timeIntervalSinceReferenceDate
        case (.float(let value), .float), (.float(let value), .integer): number = value
        case (.integer(let value), .float), (.integer(let value), .integer): number = Double(value)
        default: throw wrong(value, name, kind == .datetime ? [.datetime] : [.float, .integer])
        }
        guard number.isFinite else { throw .notFinite(field: name) }
        return number
    }

    private func wrong(_ value: PayloadValue, _ name: String, _ allowed: [FieldKind]) -> FilterError {
        .wrongKind(field: name, came: value.kind, allowed: allowed)
    }
}

extension Filter.Bound {
    fileprivate var parts: (value: PayloadValue, isIncluded: Bool) {
        switch self {
        case .inclusive(let value): (value, true)
        case .exclusive(let value): (value, false)
        }
    }
}
