import Embedding

/// Where needs lie in the space of the questions' vectors.
struct NeedVectors: Sendable {
    let embedder: any Embedder

    /// A unit vector a need.
    func vectors(of needs: [Need]) async throws -> [[Float]] {
        needs.isEmpty ? [] : try await embedder.embed(needs.map(Self.text))
    }

    /// The text that stands for a need: a skill lies where its name does, a duty where its sentence does. The sentences that
    /// ask for a skill name its neighbours too, and drew questions on those; names also stay in the embedder's cache between
    /// posts.
    static func text(of need: Need) -> String {
        need.kind == .duty ? need.sentences.first?.text ?? need.name : need.name
    }
}
