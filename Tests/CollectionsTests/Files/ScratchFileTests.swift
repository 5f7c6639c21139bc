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
            let room = try #require(file.room(bytes: 1 << 20))
            let offset = try #require(room.take(bytes: 1 << 20)).lowerBound
            let zeros = Slab<UInt32>(file.file, offset: offset, count: 1 << 18)
            #expect(zeros.elements.allSatisfy { $0 == 0 })
            let numbers = (0..<UInt32(1 << 18)).map { $0 &* 2_654_435_761 }
            try numbers.withUnsafeBytes { bytes in
                try room.write(UnsafeRawBufferPointer(rebasing: bytes[500_000...]), at: offset + 500_000)
                try room.write(UnsafeRawBufferPointer(rebasing: bytes[..<500_000]), at: offset)
            }
            #expect(zeros.elements.elementsEqual(numbers))
            let copy = Slab<UInt32>(try zeros.memory.inMemory())
            #expect(!copy.isMapped && copy.elements.elementsEqual(numbers))
        }
    }

    @Test func roomsAndPiecesAreApartAndEndWithTheFile() throws {
        try withFolder { folder throws in
            let sizes = [1, 4_096, 4_097, 0, 70_000]
            let bytes = ScratchRoom.bytes(ofPieces: sizes)
            let file = try SystemFiles().scratch(in: folder, bytes: 2 * bytes)
            let rooms = try [#require(file.room(bytes: bytes)), #require(file.room(bytes: bytes))]
            #expect(file.room(bytes: 4_096) == nil)
            var end = 0
            for room in rooms {
                for size in sizes {
                    let piece = try #require(room.take(bytes: size))
                    #expect(piece.lowerBound % 4_096 == 0 && piece.lowerBound >= end && piece.count == size)
                    end = piece.upperBound
                }
                #expect(room.take(bytes: 1) == nil)
            }
            #expect(end <= 2 * bytes)
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
