import Foundation
import TestSupport
import Testing

@testable import VectorCollections

@Suite struct BitmapTests {
    @Test(arguments: [0, 1, 63, 64, 65, 128, 200])
    func behavesAsASet(slotCount: Int) {
        var generator = SeededGenerator(seed: UInt64(slotCount))
        var bitmap = Bitmap(slotCount: slotCount)
        var set: Set<Int> = []
        for _ in 0..<slotCount * 3 {
            let slot = generator.below(slotCount)
            if generator.chance(0.6) {
                bitmap.insert(slot)
                set.insert(slot)
            } else {
                bitmap.remove(slot)
                set.remove(slot)
            }
        }
        var members: [Int] = []
        bitmap.forEach { members.append($0) }
        #expect(members == set.sorted())
        #expect(bitmap.count == set.count && bitmap.isEmpty == set.isEmpty)
        for start in 0...slotCount { #expect(bitmap.first(from: start) == set.filter { $0 >= start }.min()) }
        for blockMax in [1, 7, 64, 1_000] {
            var collected: [UInt32] = []
            bitmap.forEachBlock(blockMax) { block in
                #expect(!block.isEmpty && block.count <= blockMax + 63)
                collected += block
            }
            #expect(collected.map(Int.init) == set.sorted())
        }
        let full = Bitmap(slotCount: slotCount, filled: true)
        #expect(full.count == slotCount)
        var rest = full
        rest.subtract(bitmap)
        #expect(rest.count == slotCount - set.count)
        rest.formUnion(bitmap)
        #expect(rest == full)
        rest.formIntersection(bitmap)
        #expect(rest == bitmap)
    }

    @Test func keysAreOrderedAsTheBytesOfTheirIds() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let left = PointKey(high: generator.next(), low: generator.next())
            let right = PointKey(high: generator.chance(0.5) ? left.high : generator.next(), low: generator.next())
            #expect(PointKey(left.id) == left)
            #expect((left < right) == (left.id.uuidString < right.id.uuidString))
        }
    }
}
