public import Embedding
public import VectorCollections

/// Searches the bank by meaning.
public struct QuestionSearch: Sendable {
    private let search: ItemSearch

    public init(collection: VectorCollections.Collection, embedder: any Embedder) {
        search = ItemSearch(collection: collection, embedder: embedder, textField: "text")
    }

    /// The questions nearest in meaning to `query` that match a filter, best first; none below `minScore` (a cosine).
    public func run(
        _ query: String, filter: Filter?, minScore: Float?, limit: Int
    ) async throws -> SearchAnswer<QuestionIndex.Hit> {
        try await search.run(
            query, filter: filter, minScore: minScore, limit: limit, payload: .fields(BankQuestion.fields)
        ).map { QuestionIndex.Hit(question: BankQuestion($0.id, $0.payload), similarity: Double($0.score)) }
    }
}
