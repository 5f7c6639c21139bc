/// A word of a text, in the form in which texts and vocabularies are compared.
struct Word: Sendable, Equatable {
    /// Lower case, without accents of punctuation; `+`, `#` and inner or leading dots stay (`c++`, `c#`, `node.js`,
    /// `.net`), while hyphens and slashes part words (`full-stack` and `full stack` are the same two words).
    let text: String
    /// Where it stands, in Unicode scalars of the text.
    let range: Range<Int>
    /// Whether it begins with an upper-case letter.
    let isCapitalized: Bool
    /// Whether it has letters and all of them are upper case.
    let isUppercase: Bool
    /// Whether only white space, a hyphen or a slash part it from the word before: a comma ends a phrase.
    let continuesPhrase: Bool
}

/// A text as Unicode scalars, which offsets count, and as words.
struct ScannedText: Sendable {
    let scalars: [Unicode.Scalar]

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    func string(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        return String(view)
    }

    /// The words within `range`, left to right. O(length).
    func words(in range: Range<Int>) -> [Word] {
        var words: [Word] = []
        var start: Int?
        for index in range {
            if isInner(index, in: range) {
                if start == nil { start = index }
            } else if let first = start {
                words.append(word(first..<index, after: words.last))
                start = nil
            }
        }
        if let first = start { words.append(word(first..<range.upperBound, after: words.last)) }
        return words
    }

    private func isInner(_ index: Int, in range: Range<Int>) -> Bool {
        let scalar = scalars[index]
        if scalar.isWordLetter || scalar == "+" || scalar == "#" { return true }
        let next = index + 1 < range.upperBound ? scalars[index + 1] : " "
        let previous = index > range.lowerBound ? scalars[index - 1] : " "
        switch scalar {
        // node.js and 3.5, and .net at the start of a word; not the dot that ends a sentence.
        case ".": return next.isWordLetter && (previous.isWordLetter || !previous.isWordLetter && previous != ".")
        // don't and o'reilly are one word each.
        case "'", "\u{2019}": return previous.isWordLetter && next.isWordLetter
        default: return false
        }
    }

    private func word(_ range: Range<Int>, after previous: Word?) -> Word {
        let gap = previous.map { scalars[$0.range.upperBound..<range.lowerBound] } ?? []
        let letters = scalars[range].filter { $0.properties.isAlphabetic }
        return Word(
            text: string(range).lowercased(), range: range,
            isCapitalized: letters.first?.properties.isUppercase ?? false,
            isUppercase: !letters.isEmpty && letters.allSatisfy { $0.properties.isUppercase },
            continuesPhrase: previous != nil
                && gap.allSatisfy { $0.properties.isWhitespace || "-/&\u{2010}\u{2011}".unicodeScalars.contains($0) })
    }
}

extension Unicode.Scalar {
    /// Letters, marks and digits.
    var isWordLetter: Bool {
        if isASCII {
            switch self {
            case "a"..."z", "A"..."Z", "0"..."9": return true
            default: return false
            }
        }
        return properties.isAlphabetic || properties.numericType != nil
    }
}
