import Foundation

/// Looks in the index for questions that say nearly the same as a text.
public struct TwinSearch: Sendable {
    /// A near-duplicate with its text.
    public struct Found: Sendable, Equatable {
        public let twin: NearDuplicates.Twin
        public let text: String
    }

    private static let neighboursMax = 10

    private let search: QuestionSearch

    public init(search: QuestionSearch) { self.search = search }

    /// Near-duplicates of `text`, the likest first, without those of the very same words: these are refused otherwise. While
    /// the embedder does not work, words alone tell.
    public func run(_ text: String) async throws -> [Found] {
        let answer = try await search.run(text, filter: nil, minScore: nil, limit: Self.neighboursMax)
        let own = Shingles(text)
        return answer.hits.compactMap { hit -> Found? in
            let likeness = own.likeness(to: Shingles(hit.question.text))
            if likeness == 1 { return nil }
            if likeness >= NearDuplicates.likenessMin {
                let twin = NearDuplicates.Twin(id: hit.question.id, similarity: likeness, evidence: .words)
                return Found(twin: twin, text: hit.question.text)
            }
            guard !answer.isDegraded, NearDuplicates.isNear(cosine: hit.similarity) else { return nil }
            let twin = NearDuplicates.Twin(id: hit.question.id, similarity: hit.similarity, evidence: .meaning)
            return Found(twin: twin, text: hit.question.text)
        }.sorted { $0.twin.similarity > $1.twin.similarity }
    }
}
