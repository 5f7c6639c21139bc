/// Why texts cannot be embedded as they were given: the caller can send less.
public enum EmbeddingInputError: Error, Equatable, Sendable, CustomStringConvertible {
    case tooManyTexts(count: Int, textsMax: Int)
    case textTooLarge(index: Int, bytes: Int, textBytesMax: Int)
    /// The provider's model takes fewer tokens than a text, or a piece of one, has.
    case tooManyTokens(tokensEstimated: Int, textTokensMax: Int)
    /// The provider takes other texts, and refuses one of these: as it is, it has no vector.
    case textRefused(textsCount: Int, status: Int, message: String)

    public var description: String {
        switch self {
        case .tooManyTexts(let count, let max):
            "\(count) texts were given at once, at most \(max) are allowed: send fewer"
        case .textTooLarge(let index, let bytes, let max):
            "text \(index) has \(bytes) bytes, at most \(max) are allowed: shorten it or send it in parts"
        case .tooManyTokens(let estimated, let max):
            "a text or piece of about \(estimated) tokens is too long for the provider's model: shorten it, or lower "
                + "EMBEDDING_TEXT_TOKENS_MAX (now \(max)) so that texts are cut in shorter pieces"
        case .textRefused(let count, let status, let message):
            (count == 1 ? "the text" : "one of \(count) texts") + " is refused by the provider (status \(status)), "
                + "which takes others: change it (\(message))"
        }
    }

    /// Whether texts may be embedded in one call.
    static func check(_ texts: [String], textsMax: Int, textBytesMax: Int) throws(EmbeddingInputError) {
        guard texts.count <= textsMax else { throw .tooManyTexts(count: texts.count, textsMax: textsMax) }
        for (index, text) in texts.enumerated() where text.utf8.count > textBytesMax {
            throw .textTooLarge(index: index, bytes: text.utf8.count, textBytesMax: textBytesMax)
        }
    }
}
