/// The slots that have one term: their numbers, ascending; or, where that takes no more room, a bit for each slot of
/// the segment.
///
/// Which of the two it is follows from the number of elements: as many as bits need are always bits.
struct Posting {
    private let elements: UnsafeBufferPointer<UInt32>
    private let slotCount: Int

    /// - Parameter elements: kept in place by the caller for as long as this is used.
    init(_ elements: UnsafeBufferPointer<UInt32>, slotCount: Int) {
        self.elements = elements
        self.slotCount = slotCount
    }

    /// The elements that a bit for each slot takes: two for each word of a bitmap, the lower half first.
    static func bitElements(slotCount: Int) -> Int { 2 * ((slotCount + 63) / 64) }

    /// How many elements some slots take.
    static func elementCount(slots: Int, slotCount: Int) -> Int { min(slots, bitElements(slotCount: slotCount)) }

    private var isBits: Bool { !elements.isEmpty && elements.count == Self.bitElements(slotCount: slotCount) }

    /// O(elements)
    func insert(into slots: inout Bitmap) {
        if isBits { slots.formUnion(halfWords: elements) } else { slots.insert(elements) }
    }

    /// Whether a slot passes a test. O(slots)
    func contains(where isWanted: (Int) -> Bool) -> Bool {
        guard isBits else { return elements.contains { isWanted(Int($0)) } }
        for (place, element) in elements.enumerated() {
            var rest = element
            while rest != 0 {
                if isWanted(place << 5 + rest.trailingZeroBitCount) { return true }
                rest &= rest &- 1
            }
        }
        return false
    }

    /// The slots, ascending.
    var slots: [Int] {
        var slots: [Int] = []
        _ = contains { slot in
            slots.append(slot)
            return false
        }
        return slots
    }

    /// Whether no slot is past the segment's last one, whatever the elements are. O(elements)
    var isWithinBounds: Bool {
        guard isBits else { return elements.allSatisfy { $0 < slotCount } }
        let rest = slotCount % 64
        guard rest != 0 else { return true }
        let last = UInt64(elements[elements.count - 1]) << 32 | UInt64(elements[elements.count - 2])
        return last >> UInt64(rest) == 0
    }

    /// Writes some slots where their elements are to be: zeros, as many as `elementCount` tells.
    struct Writer {
        private let start: Int
        private let isBits: Bool
        private var next: Int

        init(start: Int, elementCount: Int, slotCount: Int) {
            self.start = start
            next = start
            isBits = elementCount == bitElements(slotCount: slotCount)
        }

        /// Slots come ascending.
        mutating func write(_ slot: Int, to elements: inout [UInt32]) {
            if isBits {
                elements[start + slot >> 5] |= 1 << UInt32(slot & 31)
            } else {
                elements[next] = UInt32(slot)
                next += 1
            }
        }
    }
}
