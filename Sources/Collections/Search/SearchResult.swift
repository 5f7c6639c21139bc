public import Foundation

/// A point found by its vector, by words or by examples.
public struct Hit: Sendable, Equatable {
    public let id: UUID
    /// The cosine with the query, to within a few millionths; of a search by words or by examples the score said there.
    public let score: Float
    public let payload: Payload
    /// Unit length; nil unless asked for.
    public let vector: [Float]?
}

/// The answer to a search.
public struct SearchResult: Sendable {
    /// Highest score first; of equal scores the lower id first.
    public let hits: [Hit]
    /// Points that satisfy the filter, whatever their score.
    public let matchingCount: Int
    public let plan: SearchPlan
    /// Every change up to it is in the answer.
    public let appliedPosition: Position
}

/// A point read by its id or in order.
public struct StoredPoint: Sendable, Equatable {
    public let id: UUID
    public let payload: Payload
    /// Unit length; nil unless asked for.
    public let vector: [Float]?
}

/// Points in the order of their ids.
public struct ScrollPage: Sendable {
    public let points: [StoredPoint]
    /// Where the next page begins; nil when this is the last.
    public let nextAfter: UUID?
    public let appliedPosition: Position
}

/// A value of a field with the number of points that have it.
public struct Facet: Sendable, Equatable {
    /// Of keywords that differ in spelling only, the commonest spelling.
    public let value: PayloadValue
    public let count: Int
}
