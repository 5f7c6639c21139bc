import Foundation

/// A keyword with the form it is compared by.
struct Keyword: Sendable, Hashable {
    /// Folded: see `FoldedText.term`.
    let term: String
    /// As it came, for display.
    let spelling: String

    init(_ spelling: String) {
        term = FoldedText.term(spelling)
        self.spelling = spelling
    }

    init(term: String, spelling: String) {
        self.term = term
        self.spelling = spelling
    }
}

/// The value of a field in the form that columns and filters work on.
enum StoredValue: Sendable, Hashable {
    /// Of a keyword field one; of a keywords field at least one, each term once.
    case keywords([Keyword])
    /// Floats, and datetimes in seconds since the reference date.
    case float(Double)
    /// Integers, and booleans as 0 and 1.
    case integer(Int64)
    case uuid(PointKey)
    case text(String, folded: String)
}

/// A payload checked against its schema: a value or nil per field, in the schema's order.
struct StoredPayload: Sendable, Hashable {
    static let keywordBytesMax = 1_000
    static let keywordsCountMax = 1_000
    static let textBytesMax = 1_000_000

    var values: [StoredValue?]

    init(values: [StoredValue?]) { self.values = values }

    /// - Throws: `PointError.Reason` for an unknown field, a wrong kind, a number that is not finite, a value too long.
    init(_ payload: Payload, schema: CollectionSchema) throws(PointError.Reason) {
        values = Array(repeating: nil, count: schema.fields.count)
        for (name, value) in payload {
            guard let index = schema.index(of: name) else {
                throw .unknownField(name, allowed: schema.fields.map(\.name))
            }
            let kind = schema.fields[index].kind
            guard value.kind == kind else { throw .wrongKind(field: name, came: value.kind, allowed: kind) }
            values[index] = try Self.stored(value, field: name)
        }
    }

    /// The value as it came; nil for keywords of which none is given, which is the same as a field not set.
    private static func stored(_ value: PayloadValue, field: String) throws(PointError.Reason) -> StoredValue? {
        switch value {
        case .keyword(let spelling): return .keywords([try keyword(spelling, field)])
        case .keywords(let spellings):
            guard spellings.count <= keywordsCountMax else {
                throw .tooMany(field: field, count: spellings.count, countMax: keywordsCountMax)
            }
            var seen: Set<String> = []
            var keywords: [Keyword] = []
            for spelling in spellings {
                let keyword = try keyword(spelling, field)
                if seen.insert(keyword.term).inserted { keywords.append(keyword) }
            }
            return keywords.isEmpty ? nil : .keywords(keywords)
        case .float(let number):
            guard number.isFinite else { throw .notFiniteNumber(field: field) }
            return .float(number)
        case .datetime(let date):
            guard date.timeIntervalSinceReferenceDate.isFinite else { throw .notFiniteNumber(field: field) }
            return .float(date.timeIntervalSinceReferenceDate)
        case .integer(let number): return .integer(number)
        case .bool(let flag): return .integer(flag ? 1 : 0)
        case .uuid(let id): return .uuid(PointKey(id))
        case .text(let text):
            guard text.utf8.count <= textBytesMax else {
                throw .tooLong(field: field, bytes: text.utf8.count, bytesMax: textBytesMax)
            }
            return .text(text, folded: FoldedText.fold(text))
        }
    }

    private static func keyword(_ spelling: String, _ field: String) throws(PointError.Reason) -> Keyword {
        guard spelling.utf8.count <= keywordBytesMax else {
            throw .tooLong(field: field, bytes: spelling.utf8.count, bytesMax: keywordBytesMax)
        }
        return Keyword(spelling)
    }
}

extension StoredValue {
    /// The value for a reader.
    func payloadValue(_ kind: FieldKind) -> PayloadValue {
        switch (self, kind) {
        case (.keywords(let keywords), .keyword): .keyword(keywords[0].spelling)
        case (.keywords(let keywords), _): .keywords(keywords.map(\.spelling))
        case (.float(let number), .datetime): .datetime(Date(timeIntervalSinceReferenceDate: number))
        case (.float(let number), _): .float(number)
        case (.integer(let number), .bool): .bool(number != 0)
        case (.integer(let number), _): .integer(number)
        case (.uuid(let key), _): .uuid(key.id)
        case (.text(let text, _), _): .text(text)
        }
    }
}
