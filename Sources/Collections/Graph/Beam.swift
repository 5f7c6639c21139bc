/// The best nodes seen, best first, each marked once it was expanded.
///
/// An entry is one number: the score, turned so that a higher score makes a lower number, then the node, then the mark.
/// Comparing entries is comparing numbers, equal scores are ordered by node, and an array of them moves with one copy.
/// For the widths of walks (tens to hundreds) a sorted array beats a pair of heaps.
struct Beam {
    private static let expandedBit: UInt64 = 1

    private let entries: UnsafeMutablePointer<UInt64>
    private(set) var capacity: Int
    private(set) var count = 0
    /// No entry before it waits to be expanded.
    private var cursor = 0

    /// - Parameter entries: memory for `capacity` entries at least, which outlives the beam.
    init(_ entries: UnsafeMutablePointer<UInt64>, capacity: Int) {
        self.entries = entries
        self.capacity = capacity
    }

    @inline(__always)
    private static func entry(_ score: Int32, _ node: UInt32) -> UInt64 {
        UInt64(~(UInt32(bitPattern: score) ^ 0x8000_0000)) << 32 | UInt64(node) << 1
    }

    @inline(__always)
    private static func score(_ entry: UInt64) -> Int32 {
        Int32(bitPattern: ~UInt32(truncatingIfNeeded: entry >> 32) ^ 0x8000_0000)
    }

    var isFull: Bool { count == capacity }

    @inline(__always)
    func node(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: entries[index]) >> 1 }

    @inline(__always)
    func score(_ index: Int) -> Int32 { Self.score(entries[index]) }

    /// The score that an entry must exceed to get in.
    @inline(__always)
    var floor: Int32 { count == capacity ? Self.score(entries[count &- 1]) : .min }

    /// O(log capacity) comparisons and one move of at most 8 × capacity bytes; false when it is too bad to get in.
    @inline(__always)
    @discardableResult
    mutating func insert(_ score: Int32, _ node: UInt32) -> Bool {
        let entry = Self.entry(score, node)
        var low = 0
        var high = count
        while low < high {
            let middle = (low &+ high) &>> 1
            if entries[middle] < entry { low = middle &+ 1 } else { high = middle }
        }
        if low == capacity { return false }
        let moved = (count == capacity ? count &- 1 : count) &- low
        (entries + (low &+ 1)).update(from: entries + low, count: moved)
        entries[low] = entry
        if count < capacity { count &+= 1 }
        if low < cursor { cursor = low }
        return true
    }

    /// The best node that was not expanded, which it then is; nil when there is none.
    @inline(__always)
    mutating func next() -> (node: UInt32, score: Int32)? {
        while cursor < count {
            let entry = entries[cursor]
            if entry & Self.expandedBit == 0 {
                entries[cursor] = entry | Self.expandedBit
                cursor &+= 1
                return (UInt32(truncatingIfNeeded: entry) >> 1, Self.score(entry))
            }
            cursor &+= 1
        }
        return nil
    }

    /// The node that `next` would give, if the beam stays as it is.
    @inline(__always)
    var upcoming: UInt32? {
        cursor < count && entries[cursor] & Self.expandedBit == 0 ? node(cursor) : nil
    }
}
