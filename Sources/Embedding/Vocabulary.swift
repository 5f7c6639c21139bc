/// The word pieces of a vocabulary file: a hash table from the bytes of a piece to its number.
///
/// The hash of a string is a polynomial of its bytes, so that the hash of any part of a word follows from the hashes of
/// its beginnings: the longest piece at a place is found by one probe a length, without reading the bytes again.
struct Vocabulary: Sendable {
    /// Longest word that can be looked up, in bytes: 100 characters of up to four bytes.
    static let wordBytesMax = 400

    /// Pieces, line breaks and all, as the file has them.
    private let bytes: [UInt8]
    /// Where a piece begins in `bytes` and how long it is, without the mark of a continuation.
    private let spans: [(start: UInt32, length: UInt32)]
    /// Numbers of pieces plus one, 0 in a free slot; the slot of a piece is found from its hash.
    private var slots: [UInt32]
    private let slotShift: UInt64
    private let unknown: Int32
    private let pieceBytesMax: Int
    /// Powers of the polynomial's base.
    private let powers: [UInt64]

    private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let spread: UInt64 = 0xD6E8_FEB8_6659_FD93
    /// Set in the hash of a piece that continues a word.
    private static let continuation: UInt64 = 0xA5A5_5A5A_C3C3_3C3C
    private static let mark: [UInt8] = [0x23, 0x23]

    var count: Int { spans.count }

    /// Reads a file of one piece a line; a piece's number is its line's. `##` before a piece marks a continuation.
    /// - Throws: `ModelError.badVocabulary` when a special token is not where the model has it.
    init(contents: [UInt8], path: String) throws(ModelError) {
        bytes = contents
        var spans: [(start: UInt32, length: UInt32)] = []
        var isContinuation: [Bool] = []
        var start = 0
        while start < contents.count {
            var end = start
            while end < contents.count, contents[end] != 0x0A { end += 1 }
            var length = end - start
            if length > 0, contents[end - 1] == 0x0D { length -= 1 }
            let continues = length > 2 && contents[start] == Self.mark[0] && contents[start + 1] == Self.mark[1]
            isContinuation.append(continues)
            spans.append(
                continues ? (UInt32(start + 2), UInt32(length - 2)) : (UInt32(start), UInt32(length)))
            start = end + 1
        }
        self.spans = spans
        let longest = spans.map(\.length).max() ?? 0
        pieceBytesMax = Int(longest)
        var powers: [UInt64] = [1]
        for index in 0..<max(Self.wordBytesMax, Int(longest)) { powers.append(powers[index] &* Self.base) }
        self.powers = powers
        let bits = UInt64(max(4, (spans.count * 3).bitWidth - (spans.count * 3).leadingZeroBitCount))
        slotShift = 64 - bits
        slots = [UInt32](repeating: 0, count: 1 << Int(bits))
        unknown = Int32(WordPieceTokenizer.unknown)
        for (id, span) in spans.enumerated() {
            var hash: UInt64 = 0
            for index in Int(span.start)..<Int(span.start + span.length) { hash = Self.extend(hash, contents[index]) }
            if isContinuation[id] { hash ^= Self.continuation }
            var slot = Int((hash &* Self.spread) >> slotShift)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(id + 1)
        }
        for (id, token) in WordPieceTokenizer.specialTokens where !holds(token, at: id) {
            throw ModelError.badVocabulary(path: path, expected: token, line: id + 1)
        }
    }

    private func holds(_ token: String, at id: Int) -> Bool {
        guard id < spans.count else { return false }
        let start = Int(spans[id].start)
        return bytes[start..<start + Int(spans[id].length)].elementsEqual(token.utf8)
    }

    private static func extend(_ hash: UInt64, _ byte: UInt8) -> UInt64 { hash &* base &+ UInt64(byte) &+ 1 }

    /// Appends the pieces of a word, the longest first at each place, or the unknown token when a rest has no piece.
    /// `hashes` is scratch memory for `word.count + 1` values. O(bytes) probes for most words.
    func appendPieces(of word: UnsafeBufferPointer<UInt8>, hashes: UnsafeMutablePointer<UInt64>, to ids: inout [Int32])
    {
        let count = word.count
        hashes[0] = 0
        for index in 0..<count { hashes[index + 1] = Self.extend(hashes[index], word[index]) }
        let before = ids.count
        var start = 0
        while start < count {
            var end = min(count, start + pieceBytesMax)
            var found: UInt32 = 0
            while end > start {
                // Inside a character: no piece ends here.
                if end == count || word[end] & 0xC0 != 0x80 {
                    found = lookUp(word, hashes, start, end)
                    if found != 0 { break }
                }
                end -= 1
            }
            if found == 0 {
                ids.removeSubrange(before...)
                ids.append(unknown)
                return
            }
            ids.append(Int32(found - 1))
            start = end
        }
    }

    /// The number plus one of the piece that is `word[start..<end]`, 0 when there is none.
    private func lookUp(
        _ word: UnsafeBufferPointer<UInt8>, _ hashes: UnsafeMutablePointer<UInt64>, _ start: Int, _ end: Int
    ) -> UInt32 {
        var hash = hashes[end] &- hashes[start] &* powers[end - start]
        if start > 0 { hash ^= Self.continuation }
        var slot = Int((hash &* Self.spread) >> slotShift)
        while slots[slot] != 0 {
            if isPiece(Int(slots[slot]) - 1, word, start, end) { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return 0
    }

    private func isPiece(_ id: Int, _ word: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        let span = spans[id]
        guard Int(span.length) == end - start else { return false }
        let first = Int(span.start)
        // A piece that continues a word has its mark before it in the file.
        let continues = first >= 2 && bytes[first - 1] == Self.mark[1] && bytes[first - 2] == Self.mark[0]
        guard continues == (start > 0) else { return false }
        for index in 0..<end - start where bytes[first + index] != word[start + index] { return false }
        return true
    }
}
