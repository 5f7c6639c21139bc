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

    @Test func whatIsWrittenComesBackAfterItWasLetGo() throws {
        try withFolder { folder throws in
            let file = try SystemFiles().scratch(in: folder, bytes: 1 << 20)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty, "it has no name")
            let offset = try #require(file.take(bytes: 1 << 20))
            let bytes = UnsafeMutableBufferPointer(
                start: (file.base + offset).assumingMemoryBound(to: UInt32.self), count: 1 << 18)
            #expect(bytes.allSatisfy { $0 == 0 })
            for index in bytes.indices { bytes[index] = UInt32(index) &* 2_654_435_761 }
            for _ in 0..<2 {
                file.file.advise(0..<1 << 20, .notSoon)
                #expect(bytes.indices.allSatisfy { bytes[$0] == UInt32($0) &* 2_654_435_761 })
            }
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
