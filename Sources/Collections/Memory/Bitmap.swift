/// A set of slots of one part: a bit for each. A value: a copy costs nothing until one of the two changes.
struct Bitmap: Sendable, Equatable {
    /// The number of slots, not of members. Bits past it are zero.
    let slotCount: Int
    private(set) var words: [UInt64]

    /// No slot, or all of them.
    init(slotCount: Int, filled: Bool = false) {
        self.slotCount = slotCount
        words = Array(repeating: filled ? .max : 0, count: (slotCount + 63) / 64)
        if filled, slotCount % 64 != 0 { words[words.count - 1] = (1 << UInt64(slotCount % 64)) - 1 }
    }

    /// The slots that pass a test. O(slots)
    @inline(__always)
    init(slotCount: Int, where isMember: (Int) -> Bool) {
        self.slotCount = slotCount
        words = (0..<(slotCount + 63) / 64).map { index in
            var word: UInt64 = 0
            for bit in 0..<min(64, slotCount &- index &<< 6) where isMember(index &<< 6 &+ bit) {
                word |= 1 &<< UInt64(bit)
            }
            return word
        }
    }

    /// A set by its words, as they stand in a file; nil unless there are words for exactly these slots and no bit is past
    /// the last one.
    init?(slotCount: Int, words: [UInt64]) {
        guard slotCount >= 0, words.count == (slotCount + 63) / 64 else { return nil }
        if slotCount % 64 != 0, words[words.count - 1] >> UInt64(slotCount % 64) != 0 { return nil }
        self.slotCount = slotCount
        self.words = words
    }

    /// Members of the set. O(slots / 64).
    var count: Int {
        words.withUnsafeBufferPointer { words in
            var count = 0
            for index in words.indices { count &+= words[index].nonzeroBitCount }
            return count
        }
    }
    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
    var bytes: Int { words.count * 8 }

    func contains(_ slot: Int) -> Bool {
        precondition(slot >= 0 && slot < slotCount)
        return words[slot >> 6] >> UInt64(slot & 63) & 1 == 1
    }

    mutating func insert(_ slot: Int) {
        precondition(slot >= 0 && slot < slotCount)
        words[slot >> 6] |= 1 << UInt64(slot & 63)
    }

    mutating func remove(_ slot: Int) {
        precondition(slot >= 0 && slot < slotCount)
        words[slot >> 6] &= ~(1 << UInt64(slot & 63))
    }

    /// Inserts slots, which is quickest when they ascend.
    mutating func insert(_ slots: some Sequence<UInt32>) {
        words.withUnsafeMutableBufferPointer { words in
            for slot in slots {
                precondition(slot < slotCount)
                words[Int(slot &>> 6)] |= 1 &<< UInt64(slot & 63)
            }
        }
    }

    /// Removes slots.
    mutating func remove(_ slots: some Sequence<UInt32>) {
        words.withUnsafeMutableBufferPointer { words in
            for slot in slots {
                precondition(slot < slotCount)
                words[Int(slot &>> 6)] &= ~(1 &<< UInt64(slot & 63))
            }
        }
    }

    /// Inserts the slots of a set that is given as halves of words, the lower one first.
    mutating func formUnion(halfWords: UnsafeBufferPointer<UInt32>) {
        precondition(halfWords.count == 2 * words.count)
        for index in words.indices {
            words[index] |= UInt64(halfWords[2 &* index &+ 1]) &<< 32 | UInt64(halfWords[2 &* index])
        }
        precondition(slotCount % 64 == 0 || words.isEmpty || words[words.count - 1] >> UInt64(slotCount % 64) == 0)
    }

    mutating func formIntersection(_ other: Bitmap) {
        precondition(slotCount == other.slotCount)
        for index in words.indices { words[index] &= other.words[index] }
    }

    mutating func formUnion(_ other: Bitmap) {
        precondition(slotCount == other.slotCount)
        for index in words.indices { words[index] |= other.words[index] }
    }

    mutating func subtract(_ other: Bitmap) {
        precondition(slotCount == other.slotCount)
        for index in words.indices { words[index] &= ~other.words[index] }
    }

    /// The slots up to `slotCount` of a larger set.
    func prefix(_ slotCount: Int) -> Bitmap {
        precondition(slotCount <= self.slotCount)
        var prefix = Bitmap(slotCount: slotCount, filled: true)
        for index in prefix.words.indices { prefix.words[index] &= words[index] }
        return prefix
    }

    /// Calls `body` with each member in ascending order.
    @inline(__always)
    func forEach(_ body: (Int) -> Void) {
        for index in words.indices {
            var word = words[index]
            while word != 0 {
                body(index << 6 + word.trailingZeroBitCount)
                word &= word &- 1
            }
        }
    }

    /// The first member at or after `slot`; nil when there is none.
    func first(from slot: Int) -> Int? {
        guard slot < slotCount else { return nil }
        var index = slot >> 6
        var word = words[index] & (.max << UInt64(slot & 63))
        while word == 0 {
            index += 1
            guard index < words.count else { return nil }
            word = words[index]
        }
        return index << 6 + word.trailingZeroBitCount
    }

    /// Calls `body` with the members, ascending, in blocks of at most `blockMax + 63`. O(slots / 64 + members)
    @inline(__always)
    func forEachBlock(_ blockMax: Int, _ body: (UnsafeBufferPointer<UInt32>) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: blockMax + 63) { block in
            guard let base = block.baseAddress else { return }
            var count = 0
            words.withUnsafeBufferPointer { words in
                for index in words.indices {
                    var word = words[index]
                    while word != 0 {
                        base[count] = UInt32(truncatingIfNeeded: index &<< 6 &+ word.trailingZeroBitCount)
                        count &+= 1
                        word &= word &- 1
                    }
                    if count >= blockMax {
                        body(UnsafeBufferPointer(start: base, count: count))
                        count = 0
                    }
                }
            }
            if count > 0 { body(UnsafeBufferPointer(start: base, count: count)) }
        }
    }
}
