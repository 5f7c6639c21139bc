import Foundation
import TestSupport
import Testing

@testable import VectorCollections

@Suite struct SlabWriterTests {
    private static let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 167) }

    private static func written(in scratch: ScratchRoom?, seed: UInt64) throws -> SlabMemory {
        let writer = SlabWriter(bytes: bytes.count, windowBytes: 700, in: scratch)
        var generator = SeededGenerator(seed: seed)
        var start = 0
        while start < bytes.count {
            let range = start..<min(start + 1 + generator.below(700), bytes.count)
            let window = writer.open(range)
            for place in range where bytes[place] != 0 {
                window.storeBytes(of: bytes[place], toByteOffset: place - start, as: UInt8.self)
            }
            try writer.close(range)
            start = range.upperBound
        }
        return writer.finish()
    }

    private static func elements(_ memory: SlabMemory) -> [UInt8] { Array(Slab<UInt8>(memory).elements) }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func theSameIsWrittenToMemoryAndToAFile(seed: UInt64) throws {
        let files = FaultyFiles(seed: seed)
        let bytes = ScratchRoom.bytes(ofPieces: [10_000, 10_000])
        let scratch = try files.scratch(in: "f", bytes: bytes).room(bytes: bytes)
        let (memory, first) = (try Self.written(in: nil, seed: seed), try Self.written(in: scratch, seed: seed))
        let second = try Self.written(in: scratch, seed: seed &+ 1)
        #expect(!memory.isMapped && first.isMapped && second.isMapped)
        for memory in [memory, first, second] {
            #expect(Self.elements(memory) == Self.bytes, "seed \(seed)")
            #expect(Self.elements(try memory.inMemory()) == Self.bytes, "seed \(seed)")
        }
        let full = try Self.written(in: scratch, seed: seed)
        #expect(!full.isMapped && Self.elements(full) == Self.bytes, "the file has no room left")
    }
}
