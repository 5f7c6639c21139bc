public import Foundation

/// What to look for in a collection.
public struct SearchRequest: Sendable {
    public static let limitMax = 1_000

    public var vector: [Float]
    public var filter: Filter?
    /// 1...1000
    public var limit: Int
    /// Hits below this cosine are left out.
    public var scoreThreshold: Float?
    /// Whether hits carry their vectors.
    public var withVector: Bool

    public init(
        vector: [Float], filter: Filter? = nil, limit: Int = 10, scoreThreshold: Float? = nil, withVector: Bool = false
    ) {
        self.vector = vector
        self.filter = filter
        self.limit = limit
        self.scoreThreshold = scoreThreshold
        self.withVector = withVector
    }
}

/// A request that the collection cannot answer.
public struct SearchError: Error, Equatable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// A point found.
public struct Hit: Sendable, Equatable {
    public let id: UUID
    /// Cosine, -1...1.
    public let score: Float
    public let payload: [String: PayloadValue]
    /// Unit length; nil unless asked for.
    public let vector: [Float]?
}

/// How a search was answered, per segment in all.
public struct SearchPlan: Sendable, Equatable {
    /// Points that satisfy the filter, counted before anything was scored.
    public var matching = 0
    /// Segments scored row by row, whole.
    public var segmentsScanned = 0
    /// Segments of which only the matching rows were scored.
    public var segmentsPicked = 0
    /// Segments without a match.
    public var segmentsSkipped = 0
}

/// The answer to a search.
public struct SearchResult: Sendable {
    /// Best first; of equal scores the lower id first.
    public let hits: [Hit]
    public let plan: SearchPlan
    /// Every change up to this one is in the answer.
    public let position: Position
}
