import Foundation
import Testing

@testable import VectorCollections

@Suite struct LargeMemoryTests {
    @Test(arguments: [
        0, 1, 63, 4_096, (128 << 10) - 1, 128 << 10, (1 << 20) + 1, (4 << 20) - 1, 4 << 20, (9 << 20) + 5,
    ])
    func isZeroAlignedAndItsOwn(bytes: Int) {
        let blocks = (0..<3).map { _ in LargeMemory.allocate(bytes: bytes) }
        for (number, block) in blocks.enumerated() {
            #expect(Int(bitPattern: block) % 64 == 0)
            if bytes >= 4 << 20 { #expect(Int(bitPattern: block) % (2 << 20) == 0, "large pages fit") }
            let all = UnsafeRawBufferPointer(start: block, count: bytes)
            #expect(all.allSatisfy { $0 == 0 })
            memset(block, Int32(number + 1), bytes)
        }
        for (number, block) in blocks.enumerated() {
            #expect(UnsafeRawBufferPointer(start: block, count: bytes).allSatisfy { $0 == UInt8(number + 1) })
            LargeMemory.free(block, bytes: bytes)
        }
    }

    /// What is freed is the system's again at once.
    @Test func goesBackToTheSystem() throws {
        let bytes = 512 << 20
        let before = try ProcessMemory.read().residentBytes
        let block = LargeMemory.allocate(bytes: bytes)
        memset(block, 1, bytes)
        let taken = try ProcessMemory.read().residentBytes
        LargeMemory.free(block, bytes: bytes)
        let after = try ProcessMemory.read().residentBytes
        // Other tests take and free meanwhile, and never half as much.
        #expect(taken - before > bytes / 2 && taken - after > bytes / 2)
    }
}
