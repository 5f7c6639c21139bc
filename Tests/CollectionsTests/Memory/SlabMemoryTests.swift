import Foundation
import Testing

@testable import VectorCollections

@Suite struct SlabMemoryTests {
    private static func fill(_ memory: SlabMemory) {
        for (index, _) in memory.elements(of: UInt16.self).enumerated() {
            memory.elements(of: UInt16.self)[index] = UInt16(truncatingIfNeeded: index &* 40_503)
        }
    }

    private static func isFilled(_ memory: SlabMemory) -> Bool {
        memory.elements(of: UInt16.self).enumerated().allSatisfy { $1 == UInt16(truncatingIfNeeded: $0 &* 40_503) }
    }

    @Test func memoryOfItsOwnLosesNothing() {
        let memory = SlabMemory(bytes: 100_000)
        #expect(!memory.isMapped && memory.elements(of: UInt16.self).allSatisfy { $0 == 0 })
        Self.fill(memory)
        memory.letGo(0..<100_000)
        #expect(Self.isFilled(memory) && memory.inMemory() === memory)
    }

    @Test func aPieceOfAFileIsTheSameInMemory() throws {
        let files = FaultyFiles(seed: 1)
        let scratch = try files.scratch(in: "f", bytes: ScratchFile.bytes(ofPieces: [9_000_000, 10]))
        let memory = SlabMemory(bytes: 9_000_000, in: scratch)
        let small = SlabMemory(bytes: 10, in: scratch)
        Self.fill(memory)
        Self.fill(small)
        let copy = memory.inMemory()
        #expect(memory.isMapped && !copy.isMapped && Self.isFilled(copy))
        memory.letGo(5..<8_000_000)
        #expect(Self.isFilled(memory) && Self.isFilled(small), "nothing is lost, and nothing of the neighbour's")
        #expect(!SlabMemory(bytes: 1, in: scratch).isMapped, "there is no room left")
    }
}
