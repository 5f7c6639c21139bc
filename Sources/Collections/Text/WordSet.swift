/// The different words of a query, in the order of their bytes.
struct WordSet: Sendable {
    let words: StringTable
    /// How often each word stands in the query.
    let counts: [Int]
    /// A bit for each word: most words of a text are told apart from all of these by it.
    private let mask: UInt64

    /// - Parameter text: as it came.
    init(_ text: String) {
        var counts: [String: Int] = [:]
        WordScanner.forEachWord(in: FoldedText.fold(text)) { word in
            counts[String(decoding: word, as: UTF8.self), default: 0] += 1
        }
        let sorted = counts.sorted { StringTable.precedes($0.key, $1.key) }
        words = StringTable(sorted.map(\.key))
        self.counts = sorted.map(\.value)
        var mask: UInt64 = 0
        for index in sorted.indices { mask |= Self.bit(words.utf8(at: index)) }
        self.mask = mask
    }

    var count: Int { counts.count }

    /// The number of a word; nil when it is not in the set. O(log words), mostly less.
    @inline(__always)
    func index(of word: UnsafeBufferPointer<UInt8>) -> Int? {
        mask & Self.bit(word) == 0 ? nil : words.index(of: word)
    }

    @inline(__always)
    private static func bit(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let (first, middle, last) = (UInt64(word[0]), UInt64(word[word.count / 2]), UInt64(word[word.count - 1]))
        return 1 << ((first &* 31 &+ middle &* 13 &+ last &* 7 &+ UInt64(truncatingIfNeeded: word.count)) & 63)
    }
}
