public import Embedding
public import Foundation
public import VectorCollections

/// An answer found, with its likeness to what was asked.
public struct AnswerHit: Sendable {
    public let id: UUID
    /// Cosine; the score of BM25 where `SearchAnswer.isDegraded`.
    public let similarity: Double
    public let text: String
    public let userID: String
    public let sessionID: String
    /// nil for an answer to a question of the person's own.
    public let questionID: String?
    /// What the answer was scored, 0..100.
    public let score: Double?
}

/// Searches answers by meaning.
public struct AnswerSearch: Sendable {
    private let search: ItemSearch

    public init(collection: VectorCollections.Collection, embedder: any Embedder) {
        search = ItemSearch(collection: collection, embedder: embedder, textField: "text")
    }

    /// The answers nearest in meaning to `query`, best first.
    /// - Parameters:
    ///   - person: whose; nil for everybody's.
    ///   - question: only answers to this question of the bank.
    ///   - session: only answers of this session.
    public func run(
        _ query: String, of person: UUID?, question: UUID? = nil, session: UUID? = nil, minScore: Float? = nil,
        limit: Int
    ) async throws -> SearchAnswer<AnswerHit> {
        let conditions = [("user_id", person), ("question_id", question), ("session_id", session)]
        let parts = conditions.compactMap { field, id in
            id.map { Filter.equals(field, .keyword($0.uuidString.lowercased())) }
        }
        return try await search.run(
            query, filter: parts.isEmpty ? nil : .all(parts), minScore: minScore, limit: limit
        ).map { hit in
            AnswerHit(
                id: hit.id, similarity: Double(hit.score), text: hit.payload.string("text") ?? "",
                userID: hit.payload.string("user_id") ?? "", sessionID: hit.payload.string("session_id") ?? "",
                questionID: hit.payload.string("question_id"), score: hit.payload.number("score"))
        }
    }
}
