import TestSupport
import Testing

@testable import VectorCollections

@Suite struct ValueColumnTests {
    @Test("Ranges and sets find what a look at every value finds", arguments: 1...20 as ClosedRange<UInt64>)
    func slots(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<generator.below(400)).map { _ in
            generator.chance(0.2) ? nil : Int64(generator.below(30)) - 15
        }
        var builder = ValueColumn<Int64>.Builder(filler: 0)
        for value in values { builder.append(value) }
        let column = builder.build()
        func wanted(_ isWanted: (Int64) -> Bool) -> Bitmap {
            Bitmap(slotCount: values.count) { values[$0].map(isWanted) ?? false }
        }
        #expect(column.present == wanted { _ in true })
        for _ in 0..<50 {
            let (one, other) = (Int64(generator.below(36)) - 18, Int64(generator.below(36)) - 18)
            #expect(column.slots(from: one, to: other) == wanted { one <= $0 && $0 <= other }, "seed \(seed)")
            let set = Set((0..<generator.below(5)).map { _ in Int64(generator.below(36)) - 18 })
            #expect(column.slots(with: set) == wanted(set.contains), "seed \(seed)")
        }
        #expect(column.slots(from: .min, to: .max) == column.present)
    }

    @Test("Equal values stand by slot, and zeros of both signs are equal")
    func order() {
        var builder = ValueColumn<Double>.Builder(filler: 0)
        for value in [0.5, 0.0, nil, -0.0, -1, 0.0] { builder.append(value) }
        let column = builder.build()
        #expect(Array(column.order.elements) == [4, 1, 3, 5, 0])
        #expect(column.slots(with: [0]).count == 3 && column.slots(with: [-0.0]).count == 3)
    }
}
