/// Why texts cannot be embedded as they were given: the caller can send less.
public enum EmbeddingInputError: Error, Equatable, Sendable, CustomStringConvertible {
    case tooManyTexts(count: Int, textsMax: Int)
    case textTooLarge(index: Int, bytes: Int, textBytesMax: Int)

    public var description: String {
        switch self {
        case .tooManyTexts(let count, let max):
            "\(count) texts were given at once, at most \(max) are allowed: send fewer"
        case .textTooLarge(let index, let bytes, let max):
            "text \(index) has \(bytes) bytes, at most \(max) are allowed: shorten it or send it in parts"
        }
    }
}
