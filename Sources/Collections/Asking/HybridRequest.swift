public import Foundation

/// What to look for by vector and by words at once.
public struct HybridSearchRequest: Sendable, Hashable {
    public static let depthMax = 1_000
    public static let weights = 0.0...1_000.0

    /// Finite, not all zero, of the collection's dimension; only its direction counts.
    public var vector: [Float]
    public var text: TextQuery
    /// Holds for both lists.
    public var filter: Filter?
    /// 1...1000
    public var limit: Int
    /// How many points of each list are fused, `limit`...1000; nil: four times `limit`, but at least 50.
    public var depth: Int?
    /// 1...1000; the greater, the less the first ranks stand out.
    public var rankConstant: Int
    /// What a rank by vector counts. Not both weights may be 0.
    public var vectorWeight: Double
    /// What a rank by words counts.
    public var textWeight: Double
    public var payload: PayloadSelection
    /// Whether hits carry their vectors.
    public var withVector: Bool
    /// Whether hits tell where their score comes from.
    public var withComponents: Bool
    /// As in `SearchRequest`, for the list by vector.
    public var exact: Bool
    /// The model that made the vector; when given it must be the collection's.
    public var model: String?

    public init(
        vector: [Float], text: TextQuery, filter: Filter? = nil, limit: Int = 10, depth: Int? = nil,
        rankConstant: Int = 60, vectorWeight: Double = 1, textWeight: Double = 1, payload: PayloadSelection = .all,
        withVector: Bool = false, withComponents: Bool = false, exact: Bool = false, model: String? = nil
    ) {
        self.vector = vector
        self.text = text
        self.filter = filter
        self.limit = limit
        self.depth = depth
        self.rankConstant = rankConstant
        self.vectorWeight = vectorWeight
        self.textWeight = textWeight
        self.payload = payload
        self.withVector = withVector
        self.withComponents = withComponents
        self.exact = exact
        self.model = model
    }

    /// The depth that applies.
    /// - Throws: `SearchError` for the first setting out of its range.
    func check() throws(SearchError) -> Int {
        let limits = 1...SearchRequest.limitMax
        guard limits.contains(limit) else { throw .limit(came: limit, allowed: limits) }
        let depths = limit...Self.depthMax
        let depth = depth ?? min(Self.depthMax, max(50, 4 * limit))
        guard depths.contains(depth) else { throw .size("depth", came: depth, allowed: depths) }
        guard (1...1_000).contains(rankConstant) else {
            throw .size("the rank constant", came: rankConstant, allowed: 1...1_000)
        }
        for (name, weight) in [("the vector's weight", vectorWeight), ("the text's weight", textWeight)] {
            guard Self.weights.contains(weight) else { throw .number(name, came: weight, allowed: Self.weights) }
        }
        guard vectorWeight > 0 || textWeight > 0 else { throw .weightsAllZero }
        return depth
    }
}

/// A point found by vector, by words, or by both.
public struct HybridHit: Sendable, Equatable {
    public let id: UUID
    /// The sum over the lists the point is in of `weight / (rankConstant + rank)`.
    public let score: Float
    public let payload: Payload
    /// Unit length; nil unless asked for.
    public let vector: [Float]?
    /// Nil unless asked for.
    public let components: Components?

    /// Where a score comes from.
    public struct Components: Sendable, Equatable {
        /// Nil where the point is not among the first of the list by vector.
        public let vector: Ranked?
        /// Nil where the point is not among the first of the list by words.
        public let text: Ranked?
    }

    public struct Ranked: Sendable, Equatable {
        /// The cosine, or the score of BM25.
        public let score: Float
        /// From 1 on.
        public let rank: Int
    }
}

/// The answer to a search by vector and words.
public struct HybridSearchResult: Sendable {
    /// Highest score first; of equal scores the lower id first.
    public let hits: [HybridHit]
    /// Points that satisfy the filter.
    public let matchingCount: Int
    /// Every change up to it is in the answer.
    public let appliedPosition: Position
}
