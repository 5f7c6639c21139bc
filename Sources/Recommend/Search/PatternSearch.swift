public import Embedding
public import Foundation
public import VectorCollections

/// A person's pattern found.
public struct PatternHit: Sendable {
    public let id: UUID
    public let userID: String
    /// Cosine.
    public let score: Double
    public let skillLevel: String
    public let performanceTrend: Double
    public let learningStyle: String
    public let text: String
    public let preferredCategories: [String]
    public let strengths: [String]
    public let weaknesses: [String]
}

/// Finds people who answer alike, by their patterns.
public struct PatternSearch: Sendable {
    private let search: ItemSearch

    public init(collection: VectorCollections.Collection, embedder: any Embedder) {
        search = ItemSearch(collection: collection, embedder: embedder, textField: "pattern_data")
    }

    /// The patterns nearest to the text of a pattern, best first, without that of `user`.
    public func run(
        _ text: String, besides user: UUID, limit: Int
    ) async throws -> SearchAnswer<PatternHit> {
        let others = Filter.noneOf("user_id", [.keyword(user.uuidString.lowercased())])
        return try await search.run(text, filter: others, limit: limit).map { hit in
            PatternHit(
                id: hit.id, userID: hit.payload.string("user_id") ?? "", score: Double(hit.score),
                skillLevel: hit.payload.string("skill_level") ?? "",
                performanceTrend: hit.payload.number("performance_trend") ?? 0,
                learningStyle: hit.payload.string("learning_style") ?? "",
                text: hit.payload.string("pattern_data") ?? "",
                preferredCategories: hit.payload.strings("categories"), strengths: hit.payload.strings("strengths"),
                weaknesses: hit.payload.strings("weaknesses"))
        }
    }
}
