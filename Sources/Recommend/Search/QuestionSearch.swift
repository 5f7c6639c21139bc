public import Embedding
public import VectorCollections

/// Searches the bank by meaning.
public struct QuestionSearch: Sendable {
    private let index: QuestionIndex
    private let embedder: any Embedder

    public init(index: QuestionIndex, embedder: any Embedder) {
        self.index = index
        self.embedder = embedder
    }

    /// The questions nearest in meaning to `query` that match a filter, best first; none below `minScore` (a cosine).
    public func run(_ query: String, filter: Filter?, minScore: Float?, limit: Int) async throws -> [QuestionIndex.Hit]
    {
        guard let vector = try await embedder.embed([query]).first else {
            preconditionFailure("an embedder answers each text")
        }
        return try await index.search(vector, filter: filter, minScore: minScore, limit: limit)
    }
}
