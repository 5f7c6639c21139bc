import Foundation
import Testing

@testable import VectorCollections

/// On the real file system.
@Suite struct ScratchFileTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let path = Fixtures.temporaryPath()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) } }
        try body(path)
    }

    @Test func whatIsWrittenIsRead() throws {
        try withFolder { folder throws in
            let file = try SystemFiles().scratch(in: folder, bytes: 1 << 20)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty, "it has no name")
            let offset = try #require(file.take(bytes: 1 << 20))
            let zeros = Slab<UInt32>(file.file, offset: offset, count: 1 << 18)
            #expect(zeros.elements.allSatisfy { $0 == 0 })
            let numbers = (0..<UInt32(1 << 18)).map { $0 &* 2_654_435_761 }
            try numbers.withUnsafeBytes { bytes in
                try file.write(UnsafeRawBufferPointer(rebasing: bytes[500_000...]), at: offset + 500_000)
                try file.write(UnsafeRawBufferPointer(rebasing: bytes[..<500_000]), at: offset)
            }
            #expect(zeros.elements.elementsEqual(numbers))
            let copy = Slab<UInt32>(try zeros.memory.inMemory())
            #expect(!copy.isMapped && copy.elements.elementsEqual(numbers))
        }
    }

    @Test func piecesAreApartAndEndWithTheFile() throws {
        try withFolder { folder throws in
            let sizes = [1, 4_096, 4_097, 0, 70_000]
            let bytes = ScratchFile.bytes(ofPieces: sizes)
            let file = try SystemFiles().scratch(in: folder, bytes: bytes)
            var end = 0
            for size in sizes {
                let offset = try #require(file.take(bytes: size))
                #expect(offset % 4_096 == 0 && offset >= end)
                end = offset + size
            }
            #expect(end <= bytes && file.take(bytes: 1) == nil)
        }
    }

    @Test func whatTheDiskHasNoRoomForIsRefused() throws {
        try withFolder { folder throws in
            #expect(throws: FileError.self) { try SystemFiles().scratch(in: folder, bytes: 1 << 55) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            #expect(throws: FileError.self) { try SystemFiles().scratch(in: folder + "/none", bytes: 4_096) }
        }
    }
}
