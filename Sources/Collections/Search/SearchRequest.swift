public import Foundation

/// What to look for in a collection.
public struct SearchRequest: Sendable, Hashable {
    public static let limitMax = 1_000
    public static let efMax = 4_096

    /// Finite, not all zero, of the collection's dimension; only its direction counts.
    public var vector: [Float]
    public var filter: Filter?
    /// 1...1000
    public var limit: Int
    /// Hits below this cosine are left out.
    public var scoreThreshold: Float?
    public var payload: PayloadSelection
    /// Whether hits carry their vectors.
    public var withVector: Bool
    /// Compares in full precision from the start, with no bounds and no index in between.
    public var exact: Bool
    /// Whether the plan tells of each part.
    public var explain: Bool
    /// Nodes that a walk through a graph keeps in view: more find more and take longer; the collection's where nil, and
    /// never fewer than `limit`. 1...4096
    public var ef: Int?
    /// The model that made the vector; when given it must be the collection's.
    public var model: String?

    public init(
        vector: [Float], filter: Filter? = nil, limit: Int = 10, scoreThreshold: Float? = nil,
        payload: PayloadSelection = .all, withVector: Bool = false, exact: Bool = false, explain: Bool = false,
        ef: Int? = nil, model: String? = nil
    ) {
        self.vector = vector
        self.filter = filter
        self.limit = limit
        self.scoreThreshold = scoreThreshold
        self.payload = payload
        self.withVector = withVector
        self.exact = exact
        self.explain = explain
        self.ef = ef
        self.model = model
    }
}

/// Which fields an answer carries.
public enum PayloadSelection: Sendable, Hashable {
    case all
    case none
    case fields([String])

    /// The numbers of the fields.
    func resolve(_ schema: CollectionSchema) throws(SearchError) -> [Int] {
        switch self {
        case .all: return Array(schema.fields.indices)
        case .none: return []
        case .fields(let names):
            var fields: [Int] = []
            for name in names {
                guard let index = schema.index(of: name) else {
                    throw .unknownField(name, allowed: schema.fields.map(\.name))
                }
                fields.append(index)
            }
            return fields
        }
    }
}

/// Why a request cannot be answered.
public enum SearchError: Error, Equatable, CustomStringConvertible {
    case limit(came: Int, allowed: ClosedRange<Int>)
    case ef(came: Int, allowed: ClosedRange<Int>)
    case vector(PointError.Reason)
    case scoreThresholdNotFinite
    case wrongModel(came: String, collection: String, allowed: String)
    case unknownField(String, allowed: [String])
    case noFacets(field: String, kind: FieldKind)
    case tooMany(String, came: Int, countMax: Int)
    /// A setting that is counted.
    case size(String, came: Int, allowed: ClosedRange<Int>)
    /// A setting that is measured; what came may be no number.
    case number(String, came: Double, allowed: ClosedRange<Double>)
    case textLength(bytes: Int, bytesMax: Int)
    case noWords
    case noTextFields(allowed: [String])
    case wrongFieldKind(String, came: FieldKind, allowed: [FieldKind])
    case repeatedField(String)
    case weightsAllZero
    case noExamples(needed: String)
    /// Ids given as examples of which the collection has no point.
    case unknownExamples([UUID])
    /// As `vector`, of an example by its place among those given.
    case example(String, index: Int, PointError.Reason)
    case examplesCancelOut

    public var description: String {
        switch self {
        case .limit(let came, let allowed):
            "limit is \(came), allowed is \(allowed.lowerBound) to \(allowed.upperBound)"
        case .ef(let came, let allowed): "ef is \(came), allowed is \(allowed.lowerBound) to \(allowed.upperBound)"
        case .vector(.dimension(let came, let allowed)): "the query has \(came) dimensions, the collection \(allowed)"
        case .vector(.notFinite(let element)): "element \(element) of the query is not a finite number"
        case .vector: "the query has no length, so it has no direction"
        case .scoreThresholdNotFinite: "the score threshold is not a finite number"
        case .wrongModel(let came, let collection, let allowed):
            "the query was made by the model \(came), the vectors of \(collection) by \(allowed): embed it with that"
        case .unknownField(let field, let allowed):
            "the field '\(field)' was asked for, allowed are \(allowed.joined(separator: ", "))"
        case .noFacets(let field, let kind):
            "the field '\(field)' is of kind \(kind.rawValue); facets are of keyword, keywords, integer, bool and uuid"
        case .tooMany(let things, let came, let countMax):
            "\(came) \(things) came at once, allowed are \(countMax): send them in parts"
        case .size(let name, let came, let allowed):
            "\(name) is \(came), allowed is \(allowed.lowerBound) to \(allowed.upperBound)"
        case .number(let name, let came, let allowed):
            "\(name) is \(came), allowed is \(allowed.lowerBound) to \(allowed.upperBound)"
        case .textLength(let bytes, let bytesMax): "the text to look for has \(bytes) bytes, allowed are \(bytesMax)"
        case .noWords: "the text to look for has no word: give at least one letter or digit"
        case .noTextFields(let allowed):
            "no field to look for words in: "
                + (allowed.isEmpty ? "the collection has none of kind text" : "allowed are \(Self.list(allowed))")
        case .wrongFieldKind(let field, let came, let allowed):
            "the field '\(field)' is of kind \(came.rawValue), allowed here is \(Self.list(allowed.map(\.rawValue)))"
        case .repeatedField(let field): "the field '\(field)' was given twice, allowed is once"
        case .weightsAllZero: "both weights are 0, so that no list counts: give at least one more"
        case .noExamples(let needed): "no example came, needed is at least one \(needed)"
        case .unknownExamples(let ids): "there is no point \(Self.list(ids.map(\.uuidString))) to take as an example"
        case .example(let list, let index, let reason):
            "\(list)[\(index)]: " + Self.vector(reason).description.replacing("query", with: "example")
        case .examplesCancelOut: "the examples cancel each other out, so that they have no direction in common"
        }
    }

    private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
