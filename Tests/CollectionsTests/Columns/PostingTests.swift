import TestSupport
import Testing

@testable import VectorCollections

@Suite struct PostingTests {
    private func posting<Value>(
        of slots: [Int], slotCount: Int, _ body: (Posting, _ elementCount: Int) throws -> Value
    ) rethrows -> Value {
        let count = Posting.elementCount(slots: slots.count, slotCount: slotCount)
        // In the midst of others.
        var elements = [UInt32](repeating: 0, count: count + 6)
        var writer = Posting.Writer(start: 3, elementCount: count, slotCount: slotCount)
        for slot in slots { writer.write(slot, to: &elements) }
        #expect(elements.prefix(3) == [0, 0, 0] && elements.suffix(3) == [0, 0, 0])
        return try elements.withUnsafeBufferPointer {
            try body(Posting(UnsafeBufferPointer(rebasing: $0[3..<3 + count]), slotCount: slotCount), count)
        }
    }

    @Test(
        "Few slots stand as numbers and many as bits, and both are read alike", arguments: 1...20 as ClosedRange<UInt64>
    )
    func roundTrip(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for slotCount in [1, 2, 31, 32, 63, 64, 65, 127, 128, 1_000, 4_097] {
            for share in [0, 0.01, 0.03, 0.2, 1.0] {
                let slots = (0..<slotCount).filter { _ in generator.chance(share) }
                posting(of: slots, slotCount: slotCount) { posting, elementCount in
                    #expect(elementCount <= max(2, (slotCount + 63) / 64 * 2))
                    #expect(posting.slots == slots, "seed \(seed), \(slotCount) slots")
                    #expect(posting.isWithinBounds)
                    let wanted = generator.below(slotCount)
                    #expect(posting.contains { $0 == wanted } == slots.contains(wanted))
                    var bitmap = Bitmap(slotCount: slotCount)
                    bitmap.insert(wanted)
                    posting.insert(into: &bitmap)
                    #expect((0..<slotCount).filter(bitmap.contains) == Set(slots + [wanted]).sorted())
                }
            }
        }
    }

    @Test("Numbers and bits past the last slot are noticed")
    func bounds() {
        func isWithin(_ elements: [UInt32], _ slotCount: Int) -> Bool {
            elements.withUnsafeBufferPointer { Posting($0, slotCount: slotCount).isWithinBounds }
        }
        #expect(isWithin([99], 100) && !isWithin([100], 100) && !isWithin([3, .max], 1_000))
        #expect(isWithin([.max, .max, .max, 15], 100) && !isWithin([0, 0, 0, 16], 100))
        #expect(isWithin([.max, .max], 64) && !isWithin([0, 1 << 31], 63))
    }
}
