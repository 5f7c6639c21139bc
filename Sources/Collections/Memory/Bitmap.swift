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

    /// A set by its words, as they stand in a file; nil unless there are words for exactly these slots and no bit is past
    /// the last one.
    init?(slotCount: Int, words: [UInt64]) {
        guard slotCount >= 0, words.count == (slotCount + 63) / 64 else { return nil }
        if slotCount % 64 != 0, words[words.count - 1] >> UInt64(slotCount % 64) != 0 { return nil }
        self.slotCount = slotCount
        self.words = words
    }

    /// Members of the set. O(slots / 64).
    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
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

    /// Appends the members in `slots` to `list`, ascending.
    @inline(__always)
    func collect(_ slots: Range<Int>, into list: inout [UInt32]) {
        var slot = slots.lowerBound
        while slot < slots.upperBound {
            let index = slot >> 6
            let end = min(slots.upperBound, (index + 1) << 6)
            var word = words[index] >> UInt64(slot & 63)
            if end - slot < 64 { word &= (1 << UInt64(end - slot)) - 1 }
            while word != 0 {
                list.append(UInt32(truncatingIfNeeded: slot + word.trailingZeroBitCount))
                word &= word &- 1
            }
            slot = end
        }
    }
}
