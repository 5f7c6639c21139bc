/// Splits folded texts into the words that are searched for.
///
/// A word is a run of letters, digits, marks and underscores. What names of techniques are written with belongs to it:
/// a dot between two such characters ("node.js", "3.14") or before a letter where no word stands ahead (".net"), two
/// plus signs behind it ("c++"), a number sign behind a single letter ("c#"). An ideograph is a word by itself, for
/// scripts that write without blanks. English plurals count as their singulars: see `PluralStem`.
struct WordScanner {
    /// A word counts by its first so many bytes, in whole characters.
    static let wordBytesMax = 128

    private enum Kind { case other, letter, digit, ideograph }

    /// Calls `body` with each word of a folded text, in order. The word's bytes are valid during the call only.
    /// O(bytes), without allocation.
    @inline(__always)
    static func forEachWord(in text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: wordBytesMax) { memory in
            guard let memory = memory.baseAddress else { return }
            var scanner = WordScanner(text: text, word: memory)
            while scanner.next() { body(UnsafeBufferPointer(start: memory, count: scanner.count)) }
        }
    }

    static func forEachWord(in text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        var text = text
        text.withUTF8 { forEachWord(in: $0, body) }
    }

    private let text: UnsafeBufferPointer<UInt8>
    private let word: UnsafeMutablePointer<UInt8>
    private var count = 0
    private var place = 0

    private init(text: UnsafeBufferPointer<UInt8>, word: UnsafeMutablePointer<UInt8>) {
        self.text = text
        self.word = word
    }

    /// Puts the next word into `word`; false at the end.
    private mutating func next() -> Bool {
        count = 0
        while place < text.count {
            let (kind, length) = character(at: place)
            if kind != .other {
                if opensWithDot(at: place, kind) { append(from: place - 1, length: 1) }
                append(from: place, length: length)
                place += length
                if kind != .ideograph { readRest(isSingleLetter: kind == .letter) }
                count = PluralStem.stem(word, count)
                return true
            }
            place += length
        }
        return false
    }

    private mutating func readRest(isSingleLetter: Bool) {
        var isSingleLetter = isSingleLetter
        while place < text.count {
            if Self.isPlain(text[place]) {
                readPlain()
                isSingleLetter = false
                continue
            }
            let (kind, length) = character(at: place)
            switch kind {
            case .letter, .digit:
                append(from: place, length: length)
                place += length
            case .other where text[place] == UInt8(ascii: ".") && isWordCharacter(at: place + 1):
                append(from: place, length: 1)
                place += 1
            case .other, .ideograph: return readSuffix(isSingleLetter: isSingleLetter)
            }
            isSingleLetter = false
        }
    }

    /// The letters and digits of ASCII that follow: most of most texts.
    @inline(__always)
    private mutating func readPlain() {
        while place < text.count, Self.isPlain(text[place]) {
            if count < Self.wordBytesMax {
                word[count] = text[place]
                count += 1
            }
            place += 1
        }
    }

    private mutating func readSuffix(isSingleLetter: Bool) {
        let plus = UInt8(ascii: "+")
        if text[place] == plus, place + 1 < text.count, text[place + 1] == plus {
            append(from: place, length: 2)
            place += 2
        } else if isSingleLetter, text[place] == UInt8(ascii: "#") {
            append(from: place, length: 1)
            place += 1
        }
    }

    /// Whether a dot before a word belongs to it.
    private func opensWithDot(at place: Int, _ kind: Kind) -> Bool {
        guard kind == .letter, place > 0, text[place - 1] == UInt8(ascii: ".") else { return false }
        guard place > 1 else { return true }
        let before = text[place - 2]
        // A word or a dot ahead makes it a full stop or an ellipsis.
        return before < 0x80 && Self.ascii(before) == .other && before != UInt8(ascii: ".")
    }

    private func isWordCharacter(at place: Int) -> Bool {
        guard place < text.count else { return false }
        let kind = character(at: place).kind
        return kind == .letter || kind == .digit
    }

    private mutating func append(from start: Int, length: Int) {
        guard count + length <= Self.wordBytesMax else { return }
        for offset in 0..<length { word[count + offset] = text[start + offset] }
        count += length
    }

    // MARK: Characters

    /// Texts are folded, so that ASCII has no capitals in them.
    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
    }

    @inline(__always)
    private func character(at place: Int) -> (kind: Kind, length: Int) {
        let first = text[place]
        return first < 0x80 ? (Self.ascii(first), 1) : wide(at: place)
    }

    @inline(__always)
    private static func ascii(_ byte: UInt8) -> Kind {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): .letter
        case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
        default: .other
        }
    }

    /// Of valid UTF-8, as every string has it.
    private func wide(at place: Int) -> (kind: Kind, length: Int) {
        let first = UInt32(text[place])
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC0, place + length <= text.count else { return (.other, 1) }
        var value = first & (0x7F >> UInt32(length))
        for offset in 1..<length { value = value << 6 | UInt32(text[place + offset]) & 0x3F }
        guard let scalar = Unicode.Scalar(value) else { return (.other, length) }
        if scalar.properties.isIdeographic { return (.ideograph, length) }
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .uppercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark:
            return (.letter, length)
        case .decimalNumber, .letterNumber, .otherNumber: return (.digit, length)
        default: return (.other, length)
        }
    }
}
