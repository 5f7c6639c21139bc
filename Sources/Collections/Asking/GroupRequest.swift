/// What to look for by vector, with hits put together by the value of a field.
public struct GroupSearchRequest: Sendable, Hashable {
    public static let groupsCountMax = 100
    public static let perGroupCountMax = 100
    /// The kinds of field to group by.
    public static let kinds: [FieldKind] = [.keyword, .keywords, .integer, .uuid, .bool]

    /// Finite, not all zero, of the collection's dimension; only its direction counts.
    public var vector: [Float]
    /// A field of one of `kinds`. Points without a value in it are left out; a point with several keywords is in
    /// several groups. Keywords that differ in spelling only are one group.
    public var groupBy: String
    /// 1...100
    public var groupsMax: Int
    /// 1...100
    public var perGroupMax: Int
    public var filter: Filter?
    /// Hits below this cosine are left out. Finite.
    public var scoreThreshold: Float?
    public var payload: PayloadSelection
    /// Whether hits carry their vectors.
    public var withVector: Bool
    /// Compares in full precision from the start, with no bounds and no index in between.
    public var exact: Bool
    /// The model that made the vector; when given it must be the collection's.
    public var model: String?

    public init(
        vector: [Float], groupBy: String, groupsMax: Int = 10, perGroupMax: Int = 3, filter: Filter? = nil,
        scoreThreshold: Float? = nil, payload: PayloadSelection = .all, withVector: Bool = false, exact: Bool = false,
        model: String? = nil
    ) {
        self.vector = vector
        self.groupBy = groupBy
        self.groupsMax = groupsMax
        self.perGroupMax = perGroupMax
        self.filter = filter
        self.scoreThreshold = scoreThreshold
        self.payload = payload
        self.withVector = withVector
        self.exact = exact
        self.model = model
    }

    /// The number of the field.
    /// - Throws: `SearchError` for a field or a size that is not allowed.
    func check(_ schema: CollectionSchema) throws(SearchError) -> Int {
        guard let field = schema.index(of: groupBy) else {
            let allowed = schema.fields.filter { Self.kinds.contains($0.kind) }
            throw .unknownField(groupBy, allowed: allowed.map(\.name))
        }
        let kind = schema.fields[field].kind
        guard Self.kinds.contains(kind) else { throw .wrongFieldKind(groupBy, came: kind, allowed: Self.kinds) }
        guard (1...Self.groupsCountMax).contains(groupsMax) else {
            throw .size("the number of groups", came: groupsMax, allowed: 1...Self.groupsCountMax)
        }
        guard (1...Self.perGroupCountMax).contains(perGroupMax) else {
            throw .size("the number of hits a group", came: perGroupMax, allowed: 1...Self.perGroupCountMax)
        }
        return field
    }
}

/// The best hits with one value of a field.
public struct HitGroup: Sendable, Equatable {
    /// Of keywords as the best hit spells it.
    public let value: PayloadValue
    /// At least one. Highest score first; of equal scores the lower id first.
    public let hits: [Hit]
}

/// The answer to a search by groups.
public struct GroupSearchResult: Sendable {
    /// In the order of their best hits; groups that share theirs in the order of their values.
    public let groups: [HitGroup]
    /// Points that satisfy the filter and have the field.
    public let matchingCount: Int
    /// Every change up to it is in the answer.
    public let appliedPosition: Position
}
