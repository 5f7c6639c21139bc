/// A set of slots of a segment, a bit each.
struct Bitmap: Sendable, Equatable {
    private(set) var words: [UInt64]
    let count: Int

    init(count: Int, filled: Bool = false) {
        self.count = count
        words = Array(repeating: filled ? .max : 0, count: (count + 63) / 64)
        if filled, count % 64 != 0 { words[words.count - 1] = (1 << UInt64(count % 64)) - 1 }
    }

    subscript(slot: Int) -> Bool { words[slot / 64] & (1 << UInt64(slot % 64)) != 0 }

    mutating func insert(_ slot: Int) { words[slot / 64] |= 1 << UInt64(slot % 64) }

    mutating func remove(_ slot: Int) { words[slot / 64] &= ~(1 << UInt64(slot % 64)) }

    mutating func formIntersection(_ other: Bitmap) {
        for index in words.indices { words[index] &= other.words[index] }
    }

    mutating func formUnion(_ other: Bitmap) {
        for index in words.indices { words[index] |= other.words[index] }
    }

    /// Those of `0..<count` that are not in the set.
    var inverted: Bitmap {
        var all = Bitmap(count: count, filled: true)
        for index in words.indices { all.words[index] &= ~words[index] }
        return all
    }

    /// How many slots are in the set. O(count / 64).
    var population: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// Calls `body` for each slot in the set, in order.
    func forEach(_ body: (Int) -> Void) {
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                body(index * 64 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
    }
}
