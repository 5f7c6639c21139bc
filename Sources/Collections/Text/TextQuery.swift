/// What to look for in the texts of a collection: words, weighed by BM25.
///
/// Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009: a point's score is the sum
/// over the fields and the words of the query of
/// `weight × n × idf × tf × (k1 + 1) / (tf + k1 × (1 − b + b × length / average length))`, with
/// `idf = ln(1 + (N − df + ½) / (df + ½))`, which is never negative. N are the points that have the field and df those
/// that have the word in it, both of the whole collection without what was deleted, so that scores do not depend on
/// how points are stored; n is how often the word stands in the query. Words are compared folded, English plurals as
/// singulars.
public struct TextQuery: Sendable, Hashable {
    public static let bytesMax = 10_000
    /// Different words in a query.
    public static let wordsMax = 256

    /// A text field to look into.
    public struct Field: Sendable, Hashable {
        public static let weights = 0.001...1_000.0
        public static let saturations = 0.0...100.0
        public static let lengthShares = 0.0...1.0

        public var name: String
        /// Multiplies the field's part of the score.
        public var weight: Double
        /// How soon repeating a word stops to help: 0 at once, 100 late.
        public var k1: Double
        /// How much longer texts are held back: 0 not at all, 1 in full.
        public var b: Double

        public init(_ name: String, weight: Double = 1, k1: Double = 1.2, b: Double = 0.75) {
            self.name = name
            self.weight = weight
            self.k1 = k1
            self.b = b
        }
    }

    /// At least one word; at most 10,000 bytes and 256 different words.
    public var text: String
    /// Nil: every text field of the collection. Each at most once.
    public var fields: [Field]?

    public init(_ text: String, fields: [Field]? = nil) {
        self.text = text
        self.fields = fields
    }
}

/// A text query checked against a schema.
struct CompiledTextQuery: Sendable {
    struct Field: Sendable {
        let index: Int
        let weight: Double
        let k1: Double
        let b: Double
    }

    let words: WordSet
    let fields: [Field]

    /// - Throws: `SearchError`
    init(_ query: TextQuery, schema: CollectionSchema) throws(SearchError) {
        let bytes = query.text.utf8.count
        guard bytes <= TextQuery.bytesMax else { throw .textLength(bytes: bytes, bytesMax: TextQuery.bytesMax) }
        words = WordSet(query.text)
        guard words.count > 0 else { throw .noWords }
        guard words.count <= TextQuery.wordsMax else {
            throw .tooMany("words in the text", came: words.count, countMax: TextQuery.wordsMax)
        }
        let names = schema.fields.filter { $0.kind == .text }.map(\.name)
        var fields: [Field] = []
        for field in query.fields ?? names.map({ TextQuery.Field($0) }) {
            guard let index = schema.index(of: field.name) else { throw .unknownField(field.name, allowed: names) }
            let kind = schema.fields[index].kind
            guard kind == .text else { throw .wrongFieldKind(field.name, came: kind, allowed: [.text]) }
            guard !fields.contains(where: { $0.index == index }) else { throw .repeatedField(field.name) }
            try Self.check("the weight of '\(field.name)'", field.weight, TextQuery.Field.weights)
            try Self.check("k1 of '\(field.name)'", field.k1, TextQuery.Field.saturations)
            try Self.check("b of '\(field.name)'", field.b, TextQuery.Field.lengthShares)
            fields.append(Field(index: index, weight: field.weight, k1: field.k1, b: field.b))
        }
        guard !fields.isEmpty else { throw .noTextFields(allowed: names) }
        self.fields = fields
    }

    private static func check(
        _ name: String, _ number: Double, _ allowed: ClosedRange<Double>
    ) throws(SearchError) {
        guard allowed.contains(number) else { throw .number(name, came: number, allowed: allowed) }
    }
}
