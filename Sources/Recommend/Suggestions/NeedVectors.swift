import Embedding

/// Where needs lie in the space of the questions' vectors.
struct NeedVectors: Sendable {
    let embedder: any Embedder

    /// A unit vector a need. A skill lies between its name and the sentence that asks for it, so that "Python" asked for
    /// in "automate tests in Python" finds other questions than in "train models in Python"; a duty is its sentence.
    func vectors(of needs: [Need]) async throws -> [[Float]] {
        var texts: [String] = []
        var places: [String: Int] = [:]
        func place(_ text: String) -> Int {
            if let place = places[text] { return place }
            places[text] = texts.count
            texts.append(text)
            return texts.count - 1
        }
        let sources = needs.map { need -> (name: Int?, sentence: Int?) in
            let sentence = need.sentences.first.map { place($0.text) }
            return need.kind == .duty ? (nil, sentence) : (place(need.name), sentence)
        }
        let vectors = texts.isEmpty ? [] : try await embedder.embed(texts)
        return sources.map { source in
            switch source {
            case (let name?, let sentence?): Self.middle(vectors[name], vectors[sentence])
            case (let only?, nil), (nil, let only?): vectors[only]
            case (nil, nil): preconditionFailure("a need has a name or a sentence")
            }
        }
    }

    /// The unit vector between two, nearer to the first.
    private static func middle(_ first: [Float], _ second: [Float]) -> [Float] {
        let sum = zip(first, second).map { 0.6 * $0 + 0.4 * $1 }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? sum.map { $0 / length } : first
    }
}
