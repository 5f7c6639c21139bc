/// A part of a text that a provider's model can take at once.
struct TextPiece: Equatable, Sendable {
    let text: String
    /// Estimated.
    let tokens: Int

    private static let blank = TextPiece(text: " ", tokens: 1)

    /// Cuts a text in pieces of at most `tokensMax` estimated tokens.
    ///
    /// As in the local encoder's windows, a piece ends with the last sentence that fits if that fills at least half of it,
    /// else before the last word after white space, else where it is full. A text that fits is one piece, unchanged; an
    /// empty one is a space, since providers refuse empty texts. White space at a cut is left out. O(length).
    static func cut(_ text: String, tokensMax: Int) -> [TextPiece] {
        precondition(tokensMax > 0)
        let whole = TokenEstimate.tokens(of: text)
        if text.isEmpty { return [blank] }
        if whole <= tokensMax { return [TextPiece(text: text, tokens: whole)] }
        var pieces: [TextPiece] = []
        var rest = text.unicodeScalars[...]
        while !rest.isEmpty {
            let end = end(of: rest, tokensMax: tokensMax)
            let piece = ExactText(normalizing: String(rest[..<end])).text
            if !piece.isEmpty { pieces.append(TextPiece(text: piece, tokens: TokenEstimate.tokens(of: piece))) }
            rest = rest[end...]
        }
        return pieces.isEmpty ? [blank] : pieces
    }

    /// Where the next piece ends, after at least one scalar.
    private static func end(of rest: Substring.UnicodeScalarView, tokensMax: Int) -> String.Index {
        var estimate = TokenEstimate()
        var sentence: (end: String.Index, tokens: Int)?
        var word: String.Index?
        var previous: Unicode.Scalar?
        for index in rest.indices {
            let scalar = rest[index]
            if let previous, index > rest.startIndex {
                if isSentenceEnd(previous, before: scalar) {
                    sentence = (index, estimate.tokens)
                    word = index
                } else if previous.properties.isWhitespace && !scalar.properties.isWhitespace {
                    word = index
                }
            }
            estimate.add(scalar)
            if estimate.tokens > tokensMax {
                if let sentence, sentence.tokens * 2 >= tokensMax { return sentence.end }
                return word ?? (index > rest.startIndex ? index : rest.index(after: index))
            }
            previous = scalar
        }
        return rest.endIndex
    }

    private static func isSentenceEnd(_ last: Unicode.Scalar, before next: Unicode.Scalar) -> Bool {
        switch last {
        case "\n", "。", "！", "？": true
        case ".", "!", "?": next.properties.isWhitespace
        default: false
        }
    }
}
