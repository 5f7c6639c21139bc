/// Which pieces of texts are sent together, and how their vectors become the texts': a pure value.
struct BatchPlan: Sendable {
    /// The pieces of all texts, in order.
    let pieces: [TextPiece]
    /// What is sent in one request each: ranges of `pieces`, in order, without gaps.
    let batches: [Range<Int>]
    /// The pieces of each text.
    private let places: [Range<Int>]

    /// Fills each batch in order up to either limit. A piece above `batchTokensMax` goes alone.
    /// - Parameters:
    ///   - textTokensMax: a longer text is cut.
    ///   - batchTextsMax: pieces in a request.
    ///   - batchTokensMax: estimated tokens in a request.
    init(_ texts: [String], textTokensMax: Int, batchTextsMax: Int, batchTokensMax: Int) {
        precondition(batchTextsMax > 0)
        var pieces: [TextPiece] = []
        places = texts.map { text in
            let start = pieces.count
            pieces += TextPiece.cut(text, tokensMax: textTokensMax)
            return start..<pieces.count
        }
        var batches: [Range<Int>] = []
        var start = 0
        var tokens = 0
        for (index, piece) in pieces.enumerated() {
            if index > start, index - start == batchTextsMax || tokens + piece.tokens > batchTokensMax {
                batches.append(start..<index)
                (start, tokens) = (index, 0)
            }
            tokens += piece.tokens
        }
        if start < pieces.count { batches.append(start..<pieces.count) }
        self.pieces = pieces
        self.batches = batches
    }

    /// A vector for each text from those of the pieces: the only one, or the mean weighted by tokens at length 1.
    func vectors(fromPieces vectors: [[Float]]) -> [[Float]] {
        precondition(vectors.count == pieces.count, "every piece has a vector")
        return places.map { place in
            place.count == 1 ? vectors[place.lowerBound] : mean(of: place, vectors)
        }
    }

    private func mean(of place: Range<Int>, _ vectors: [[Float]]) -> [Float] {
        var sum = [Double](repeating: 0, count: vectors[place.lowerBound].count)
        for index in place {
            let weight = Double(pieces[index].tokens)
            for (number, value) in vectors[index].enumerated() { sum[number] += weight * Double(value) }
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return sum.map { Float(length > 0 ? $0 / length : $0) }
    }
}
