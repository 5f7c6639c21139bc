import Embedding

/// Where needs lie in the space of the questions' vectors.
struct NeedVectors: Sendable {
    let embedder: any Embedder

    /// A unit vector a need: a skill lies where its name does, a duty where its sentence does. The sentences that ask for a
    /// skill name its neighbours too, and drew questions on those; names also stay in the embedder's cache between posts.
    func vectors(of needs: [Need]) async throws -> [[Float]] {
        let texts = needs.map { need in
            need.kind == .duty ? need.sentences.first?.text ?? need.name : need.name
        }
        return texts.isEmpty ? [] : try await embedder.embed(texts)
    }
}
