import Embedding
import VectorCollections

/// The answer to a search, and whether it had to do without vectors.
public struct SearchAnswer<Hit: Sendable>: Sendable {
    public let hits: [Hit]
    /// Whether the embedder did not work, so that words alone decided.
    public let isDegraded: Bool

    func map<Other: Sendable>(_ transform: (Hit) throws -> Other) rethrows -> SearchAnswer<Other> {
        SearchAnswer<Other>(hits: try hits.map(transform), isDegraded: isDegraded)
    }
}

/// Searches a collection by the meaning of a text, or by its words while the embedder does not work.
struct ItemSearch: Sendable {
    let collection: VectorCollections.Collection
    let embedder: any Embedder
    /// The field whose words are searched.
    let textField: String

    /// - Throws: as the engine's searches; what the embedder throws when it cannot take the text.
    func run(
        _ query: String, filter: Filter?, minScore: Float? = nil, limit: Int, payload: PayloadSelection = .all
    ) async throws -> SearchAnswer<Hit> {
        let vector: [Float]
        do {
            guard let made = try await embedder.embed([query]).first else {
                preconditionFailure("an embedder answers each text")
            }
            vector = made
        } catch  where EmbedderOutage.isOutage(error) {
            // A score of words is no cosine: a least one means nothing for it.
            let request = TextSearchRequest(
                query: TextQuery(query, fields: [TextQuery.Field(textField)]), filter: filter, limit: limit,
                payload: payload)
            return SearchAnswer(hits: try await collection.searchText(request).hits, isDegraded: true)
        }
        let request = SearchRequest(
            vector: vector, filter: filter, limit: limit, scoreThreshold: minScore, payload: payload,
            model: "\(embedder.model)")
        return SearchAnswer(hits: try await collection.search(request).hits, isDegraded: false)
    }
}

extension Payload {
    func string(_ field: String) -> String? {
        switch self[field] {
        case .keyword(let text), .text(let text): text
        default: nil
        }
    }

    func strings(_ field: String) -> [String] {
        if case .keywords(let texts) = self[field] { texts } else { [] }
    }

    func number(_ field: String) -> Double? {
        switch self[field] {
        case .float(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }
}
