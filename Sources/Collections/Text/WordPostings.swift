/// Which slots have which words, and how often: what BM25 is computed from. Flat arrays throughout.
struct WordPostings: Sendable {
    /// Postings for each of which one bound is kept.
    static let blockPostings = 128

    /// Sorted by bytes.
    let words: StringTable
    /// Where each word's postings begin, and where the last one's end.
    let offsets: Slab<UInt32>
    /// Ascending for each word.
    let slots: Slab<UInt32>
    /// How often the word stands in the slot's text; more than 65,535 count as so many.
    let counts: Slab<UInt16>
    /// Words in each slot's text, repeated ones repeatedly; 0 where there is no text.
    let lengths: Slab<UInt32>
    /// The greatest count and the least length in each block of postings. Blocks run on from word to word, so that rare
    /// words need none of their own.
    let blockCounts: Slab<UInt16>
    let blockLengths: Slab<UInt32>
    /// The sum of `lengths`.
    let totalLength: Int

    init(
        words: StringTable, offsets: Slab<UInt32>, slots: Slab<UInt32>, counts: Slab<UInt16>, lengths: Slab<UInt32>
    ) {
        precondition(offsets.count == words.count + 1 && slots.count == counts.count)
        self.words = words
        self.offsets = offsets
        self.slots = slots
        self.counts = counts
        self.lengths = lengths
        totalLength = Self.total(lengths)
        let size = Self.blockPostings
        let blocks = Self.blocks(of: slots.count)
        func range(_ block: Int) -> Range<Int> { block * size..<min((block + 1) * size, slots.count) }
        blockCounts = Slab(count: blocks) { buffer in
            for block in 0..<blocks {
                buffer[block] = range(block).reduce(0) { max($0, counts.base[$1]) }
            }
        }
        blockLengths = Slab(count: blocks) { buffer in
            for block in 0..<blocks {
                buffer[block] = range(block).reduce(.max) { min($0, lengths.base[Int(slots.base[$1])]) }
            }
        }
    }

    static func blocks(of postings: Int) -> Int { (postings + blockPostings - 1) / blockPostings }

    static func total(_ lengths: Slab<UInt32>) -> Int { lengths.elements.reduce(0) { $0 + Int($1) } }

    var bytes: Int {
        words.bytes + offsets.bytes + slots.bytes + counts.bytes + lengths.bytes + blockCounts.bytes
            + blockLengths.bytes
    }

    /// The postings of a word, by their places in `slots` and `counts`.
    func postings(ofWord index: Int) -> Range<Int> { Int(offsets[index])..<Int(offsets[index + 1]) }

    /// How many of some postings are of live slots: as many of `deleted` are looked up, or all are read, whichever is
    /// less work.
    func liveCount(_ postings: Range<Int>, live: Bitmap, deleted: [UInt32]) -> Int {
        if deleted.isEmpty { return postings.count }
        if deleted.count * 16 < postings.count {
            return postings.count - deleted.reduce(0) { $0 + (contains($1, postings) ? 1 : 0) }
        }
        return postings.reduce(0) { $0 + (live.contains(Int(slots.base[$1])) ? 1 : 0) }
    }

    private func contains(_ slot: UInt32, _ postings: Range<Int>) -> Bool {
        var low = postings.lowerBound
        var high = postings.upperBound
        while low < high {
            let middle = (low + high) / 2
            if slots.base[middle] < slot { low = middle + 1 } else { high = middle }
        }
        return low < postings.upperBound && slots.base[low] == slot
    }
}

extension WordPostings {
    /// Gathers the texts of slots one after another.
    struct Builder {
        /// Only these words get postings; all of them where nil.
        private let wanted: WordSet?
        private var numbers: [String: UInt32] = [:]
        /// The words of each text, ascending, with their counts.
        private var ids: [UInt32] = []
        private var counts: [UInt16] = []
        private var ends: [Int] = []
        private var lengths: [UInt32] = []
        private var words: [UInt32] = []

        init(wanted: WordSet? = nil) { self.wanted = wanted }

        /// - Parameter text: folded; nil where there is none. O(bytes).
        mutating func append(_ text: String?) {
            words.removeAll(keepingCapacity: true)
            var length: UInt32 = 0
            if let text {
                WordScanner.forEachWord(in: text) { word in
                    length += 1
                    if let number = number(of: word) { words.append(number) }
                }
            }
            words.sort()
            var index = 0
            while index < words.count {
                var end = index + 1
                while end < words.count, words[end] == words[index] { end += 1 }
                ids.append(words[index])
                counts.append(UInt16(min(end - index, Int(UInt16.max))))
                index = end
            }
            ends.append(ids.count)
            lengths.append(length)
        }

        private mutating func number(of word: UnsafeBufferPointer<UInt8>) -> UInt32? {
            if let wanted { return wanted.index(of: word).map(UInt32.init) }
            let word = String(decoding: word, as: UTF8.self)
            if let number = numbers[word] { return number }
            let number = UInt32(numbers.count)
            numbers[word] = number
            return number
        }

        /// O(postings + words × log words)
        func build() -> WordPostings {
            precondition(ids.count <= UInt32.max, "one column of texts has more than four thousand million words")
            let (words, ranks) = ordered()
            var offsets = [UInt32](repeating: 0, count: words.count + 1)
            for id in ids { offsets[Int(ranks[Int(id)]) + 1] += 1 }
            for word in 0..<words.count { offsets[word + 1] += offsets[word] }
            var next = offsets
            var sorted = [UInt16](repeating: 0, count: ids.count)
            let slots = Slab<UInt32>(count: ids.count) { slots in
                var start = 0
                for (slot, end) in ends.enumerated() {
                    for place in start..<end {
                        let rank = Int(ranks[Int(ids[place])])
                        slots[Int(next[rank])] = UInt32(slot)
                        sorted[Int(next[rank])] = counts[place]
                        next[rank] += 1
                    }
                    start = end
                }
            }
            return WordPostings(
                words: words, offsets: Slab(offsets), slots: slots, counts: Slab(sorted), lengths: Slab(lengths))
        }

        /// The words by their bytes, and the place of each number among them.
        private func ordered() -> (words: StringTable, ranks: [UInt32]) {
            if let wanted { return (wanted.words, (0..<UInt32(wanted.count)).map(\.self)) }
            let sorted = numbers.sorted { StringTable.precedes($0.key, $1.key) }
            var ranks = [UInt32](repeating: 0, count: sorted.count)
            for (rank, entry) in sorted.enumerated() { ranks[Int(entry.value)] = UInt32(rank) }
            return (StringTable(sorted.map(\.key)), ranks)
        }
    }
}
