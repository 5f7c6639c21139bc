import Foundation

/// How texts are compared: in lower case, canonically composed.
enum FoldedText {
    static func fold(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        // Lower-casing can decompose (İ), so composing comes last.
        return text.lowercased().precomposedStringWithCanonicalMapping
    }

    /// The form by which keywords are compared: folded, without outer blanks.
    static func term(_ keyword: String) -> String {
        fold(keyword).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
