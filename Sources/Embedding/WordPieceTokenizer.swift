/// Turns text into the numbers of word pieces exactly as the model's reference tokenizer does: control characters out,
/// lower case, accents off, punctuation and ideographs apart, then the longest pieces of each word from its start.
struct WordPieceTokenizer: Sendable {
    static let padding = 0
    static let unknown = 100
    static let start: Int32 = 101
    static let end: Int32 = 102
    /// Tokens with a meaning of their own. In exactly this spelling they are recognised in a text before anything else.
    static let specialTokens: [(id: Int, token: String)] = [
        (padding, "[PAD]"), (unknown, "[UNK]"), (101, "[CLS]"), (102, "[SEP]"), (103, "[MASK]"),
    ]
    /// A longer word becomes one unknown token.
    static let wordCharactersMax = 100

    let vocabulary: Vocabulary
    private let table = UnicodeTable()
    private let ascii: [UInt8]
    private let specials: [(id: Int32, bytes: [UInt8])]

    /// What an ASCII byte is: 0 removed, 1 space, 2 line break, 3 punctuation, otherwise the letter or digit it becomes.
    private enum ASCII {
        static let removed: UInt8 = 0
        static let space: UInt8 = 1
        static let lineBreak: UInt8 = 2
        static let alone: UInt8 = 3
    }

    init(vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        specials = Self.specialTokens.map { (Int32($0.id), Array($0.token.utf8)) }
        let table = table
        ascii = (0..<128).map { (code: UInt32) in
            switch table.action(of: code) {
            case .remove: ASCII.removed
            case .space: code == 0x0A || code == 0x0D ? ASCII.lineBreak : ASCII.space
            case .alone: ASCII.alone
            case .keep: UInt8(code)
            case .replace(let other): UInt8(other)
            case .sequence: preconditionFailure("an ASCII character has no parts")
            }
        }
    }

    /// The pieces of a text, without the tokens that open and close it, and the places where it may be cut.
    /// O(bytes), a few microseconds for a sentence.
    func tokenize(_ text: String) -> TokenizedText {
        var text = text
        return text.withUTF8 { bytes in
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Vocabulary.wordBytesMax + 1) { hashes in
                withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Vocabulary.wordBytesMax) { word in
                    guard let hashes = hashes.baseAddress else { preconditionFailure("the capacity is not zero") }
                    var words = Words(vocabulary: vocabulary, hashes: hashes, word: word, bytes: bytes.count)
                    read(bytes, into: &words)
                    words.endWord()
                    return words.result
                }
            }
        }
    }

    private func read(_ bytes: UnsafeBufferPointer<UInt8>, into words: inout Words) {
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            guard byte < 0x80 else {
                let (code, length) = Self.decode(bytes, place)
                add(code, to: &words)
                place += length
                continue
            }
            if byte == UInt8(ascii: "["), let special = special(bytes, at: place) {
                words.addSpecial(special.id)
                place += special.bytes.count
                continue
            }
            switch ascii[Int(byte)] {
            case ASCII.removed: break
            case ASCII.space: words.addSpace(isLineBreak: false)
            case ASCII.lineBreak: words.addSpace(isLineBreak: true)
            case ASCII.alone: words.addAlone(UInt32(byte))
            case let letter: words.add(letter)
            }
            place += 1
        }
    }

    private func special(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> (id: Int32, bytes: [UInt8])? {
        specials.first { special in
            place + special.bytes.count <= bytes.count
                && special.bytes.indices.allSatisfy { bytes[place + $0] == special.bytes[$0] }
        }
    }

    private func add(_ code: UInt32, to words: inout Words) {
        switch table.action(of: code) {
        case .keep: words.add(code)
        case .remove: break
        case .space: words.addSpace(isLineBreak: code == 0x2028 || code == 0x2029)
        case .alone: words.addAlone(code)
        case .replace(let other): table.action(of: other) == .alone ? words.addAlone(other) : words.add(other)
        case .sequence(let parts): for part in parts { words.add(part) }
        }
    }

    /// A string's UTF-8 is valid: no byte needs a check.
    private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> (code: UInt32, length: Int) {
        let first = UInt32(bytes[place])
        func next(_ offset: Int) -> UInt32 { UInt32(bytes[place + offset]) & 0x3F }
        if first < 0xE0 { return ((first & 0x1F) << 6 | next(1), 2) }
        if first < 0xF0 { return ((first & 0x0F) << 12 | next(1) << 6 | next(2), 3) }
        return ((first & 0x07) << 18 | next(1) << 12 | next(2) << 6 | next(3), 4)
    }
}

/// The words of a text while it is read.
private struct Words {
    private(set) var result = TokenizedText()
    private let vocabulary: Vocabulary
    private let hashes: UnsafeMutablePointer<UInt64>
    private let word: UnsafeMutableBufferPointer<UInt8>
    private var byteCount = 0
    private var characterCount = 0
    /// What lies between the last word and the next one.
    private var gap = TokenizedText.Cut.none
    private var lastEndsSentence = false

    init(
        vocabulary: Vocabulary, hashes: UnsafeMutablePointer<UInt64>, word: UnsafeMutableBufferPointer<UInt8>,
        bytes: Int
    ) {
        self.vocabulary = vocabulary
        self.hashes = hashes
        self.word = word
        result.reserve(tokens: bytes / 4 + 4)
    }

    mutating func add(_ byte: UInt8) {
        if characterCount < WordPieceTokenizer.wordCharactersMax {
            word[byteCount] = byte
            byteCount += 1
        }
        characterCount += 1
    }

    mutating func add(_ code: UInt32) {
        if code < 0x80 { return add(UInt8(code)) }
        if characterCount < WordPieceTokenizer.wordCharactersMax {
            let lead: UInt32 = code < 0x800 ? 0xC0 : code < 0x10000 ? 0xE0 : 0xF0
            var shift: UInt32 = code < 0x800 ? 6 : code < 0x10000 ? 12 : 18
            append(lead | code >> shift)
            while shift > 0 {
                shift -= 6
                append(0x80 | code >> shift & 0x3F)
            }
        }
        characterCount += 1
    }

    private mutating func append(_ byte: UInt32) {
        word[byteCount] = UInt8(byte)
        byteCount += 1
    }

    mutating func addSpace(isLineBreak: Bool) {
        endWord()
        gap = max(gap, isLineBreak || lastEndsSentence ? .sentence : .word)
    }

    mutating func addAlone(_ code: UInt32) {
        endWord()
        add(code)
        endWord()
        switch code {
        case 0x21, 0x2E, 0x3F: lastEndsSentence = true
        // Ideographic full stop and full-width marks: no space follows them.
        case 0x3002, 0xFF01, 0xFF1F: gap = .sentence
        default: break
        }
    }

    mutating func addSpecial(_ id: Int32) {
        endWord()
        startWord()
        result.ids.append(id)
    }

    mutating func endWord() {
        guard characterCount > 0 else { return }
        startWord()
        if characterCount > WordPieceTokenizer.wordCharactersMax {
            result.ids.append(Int32(WordPieceTokenizer.unknown))
        } else {
            let bytes = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(word)[..<byteCount])
            vocabulary.appendPieces(of: bytes, hashes: hashes, to: &result.ids)
        }
        byteCount = 0
        characterCount = 0
    }

    private mutating func startWord() {
        result.addWord(after: gap)
        gap = .none
        lastEndsSentence = false
    }
}
