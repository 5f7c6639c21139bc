/// Estimates how many tokens a provider's model makes of a text, without its vocabulary, one scalar after the other.
///
/// Counted are a token for four letters of a word (for two beyond twelve, which is no word), three digits, a punctuation
/// mark, a letter of two bytes in UTF-8, two for three bytes, three for four bytes. Byte-pair vocabularies of the usual
/// kind make about a quarter fewer of English; other languages are estimated with more to spare. It is no bound.
struct TokenEstimate {
    private enum Kind { case letters, digits, spaces, other }

    private(set) var tokens = 0
    private var kind = Kind.other
    /// Scalars of this kind in a row.
    private var run = 0

    /// An estimate for a whole text. O(length).
    static func tokens(of text: String) -> Int {
        var estimate = TokenEstimate()
        for scalar in text.unicodeScalars { estimate.add(scalar) }
        return estimate.tokens
    }

    mutating func add(_ scalar: Unicode.Scalar) {
        let found = Self.kind(of: scalar)
        run = found == kind ? run + 1 : 1
        kind = found
        switch found {
        case .letters: tokens += (run <= 12 ? run % 4 == 1 : run % 2 == 1) ? 1 : 0
        case .digits: tokens += run % 3 == 1 ? 1 : 0
        // A single space is part of the word behind it.
        case .spaces: tokens += run % 4 == 2 ? 1 : 0
        case .other: tokens += max(UTF8.width(scalar) - 1, 1)
        }
    }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        switch scalar {
        case "a"..."z", "A"..."Z": .letters
        case "0"..."9": .digits
        case " ", "\t": .spaces
        default: .other
        }
    }
}
