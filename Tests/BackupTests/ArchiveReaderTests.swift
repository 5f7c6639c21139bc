import Crypto
import Foundation
import TestSupport
import Testing

@testable import Backup

@Suite struct ArchiveReaderTests {
    private let key = BackupKey.generate()

    private static func bytes(_ count: Int, seed: UInt64) -> Data {
        var random = SeededGenerator(seed: seed)
        return Data((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }

    /// - Parameter pieces: of how many bytes at a time the content comes.
    private func write(
        _ parts: [(String, Data)], to folder: String, key: BackupKey?, pieces: Int = 100_000, finished: Bool = true
    ) throws -> String {
        let writer = try ArchiveWriter(folder: folder, name: .new(at: Date()), key: key)
        for (name, content) in parts {
            writer.begin(part: name)
            var rest = content
            while !rest.isEmpty {
                try writer.append(rest.prefix(pieces))
                rest = rest.dropFirst(pieces)
            }
            try writer.endPart()
        }
        guard finished else { return folder + "/" + writer.name.unfinishedFile }
        let bytes = try writer.finish(productVersion: "0.0.0")
        #expect(try ArchiveReader(writer.path).byteCount == bytes)
        return writer.path
    }

    @Test(arguments: [
        0, 1, ChunkCipher.chunkBytes - 1, ChunkCipher.chunkBytes, ChunkCipher.chunkBytes + 1,
        ChunkCipher.chunkBytes * 2, 777_777,
    ])
    func givesBackWhatWasWritten(_ count: Int) async throws {
        try await withFolder { folder in
            for key in [nil, key] {
                let first = Self.bytes(count, seed: 1)
                let second = Self.bytes(100, seed: 2)
                let path = try write([("a", first), ("b", second)], to: folder, key: key)
                let reader = try ArchiveReader(path)
                try reader.check(key)
                try reader.verify(key: key)
                #expect(try reader.content(ofPart: "a", key: key, bytesMax: 1 << 20) == first)
                #expect(try reader.content(ofPart: "b", key: key, bytesMax: 1 << 20) == second)
                #expect(reader.envelope.parts.map(\.bytes) == [UInt64(count), 100])
            }
        }
    }

    @Test func everyFlippedByteIsNoticed() async throws {
        try await withFolder { folder in
            for key in [nil, key] {
                let path = try write(
                    [("a", Self.bytes(300_000, seed: 3)), ("b", Data("b".utf8))], to: folder, key: key)
                let original = try Data(contentsOf: URL(fileURLWithPath: path))
                let damagedPath = folder + "/damaged.grbk"
                var random = SeededGenerator(seed: 4)
                let tail = original.count - ArchiveTrailer.byteCount
                let places = (0..<30).map { _ in random.below(original.count) } + Array(tail..<original.count)
                for place in places {
                    var damaged = original
                    damaged[place] ^= 1 << UInt8(random.below(8))
                    try damaged.write(to: URL(fileURLWithPath: damagedPath))
                    #expect(throws: BackupError.self, "byte \(place) of \(original.count)") {
                        let reader = try ArchiveReader(damagedPath)
                        try reader.check(key)
                        try reader.verify(key: key)
                    }
                }
            }
        }
    }

    @Test func everyBeginningIsRefused() async throws {
        try await withFolder { folder in
            let path = try write([("a", Self.bytes(5_000, seed: 5))], to: folder, key: key)
            let original = try Data(contentsOf: URL(fileURLWithPath: path))
            let cut = folder + "/cut.grbk"
            for count in stride(from: 0, to: original.count, by: 7) {
                try original.prefix(count).write(to: URL(fileURLWithPath: cut))
                #expect(throws: BackupError.self, "\(count) of \(original.count)") { try ArchiveReader(cut) }
            }
            try (original + [0]).write(to: URL(fileURLWithPath: cut))
            #expect(throws: BackupError.self) { try ArchiveReader(cut) }
        }
    }

    @Test func anotherKeySaysSo() async throws {
        try await withFolder { folder in
            let path = try write([("a", Data("a".utf8))], to: folder, key: key)
            let reader = try ArchiveReader(path)
            let other = BackupKey.generate()
            #expect(throws: BackupError.wrongKey(path: path, expected: key.identifier, given: other.identifier)) {
                try reader.check(other)
            }
            #expect(throws: BackupError.keyMissing(path: path, expected: key.identifier)) { try reader.check(nil) }
            let plain = try ArchiveReader(try write([("a", Data("a".utf8))], to: folder, key: nil))
            #expect(throws: BackupError.notEncrypted(path: plain.path)) { try plain.check(key) }
        }
    }

    /// Somebody who can write the file and knows the format, but has no key, mends every checksum.
    @Test func forgeryWithRightChecksumsIsNoticed() async throws {
        try await withFolder { folder in
            let chunk = ChunkCipher.chunkBytes + ChunkCipher.tagBytes
            let content = Self.bytes(ChunkCipher.chunkBytes * 3 + 5, seed: 6)
            let path = try write([("a", content), ("b", content)], to: folder, key: key)
            let original = try Data(contentsOf: URL(fileURLWithPath: path))
            let trailer = try #require(ArchiveTrailer(original.suffix(ArchiveTrailer.byteCount)))
            let sealed = try ArchiveReader(path).envelope.parts[0].storedBytes
            let body = original.subdata(in: 8..<Int(trailer.envelopeOffset))
            let chunks = [0..<chunk, chunk..<(2 * chunk), (2 * chunk)..<(3 * chunk), (3 * chunk)..<Int(sealed)]
                .map { body.subdata(in: $0) }
            let second = body.suffix(Int(sealed))
            let forgeries: [(String, Data)] = [
                ("swapped", chunks[1] + chunks[0] + chunks[2] + chunks[3] + second),
                ("repeated", chunks[0] + chunks[0] + chunks[2] + chunks[3] + second),
                ("cut at a chunk's edge", chunks[0] + chunks[1] + chunks[2] + second),
                ("the last one dropped from the middle", chunks[0] + chunks[1] + chunks[3] + second),
                ("parts exchanged", second + body.prefix(Int(sealed))),
            ]
            for (name, forged) in forgeries {
                let forgedPath = folder + "/forged.grbk"
                try self.forge(forged, firstPart: forged.count - Int(sealed), like: path, trailer)
                    .write(to: URL(fileURLWithPath: forgedPath))
                let reader = try ArchiveReader(forgedPath)
                try reader.verify(key: nil)
                #expect(throws: BackupError.self, "\(name): the envelope's seal") { try reader.check(key) }
                #expect(throws: BackupError.self, "\(name): the chunks' own") {
                    try reader.read(part: "a", key: key) { _ in }
                }
            }
        }
    }

    /// The file with these bytes as its parts, an envelope with their checksums and a right trailer but for the seal.
    private func forge(_ body: Data, firstPart: Int, like path: String, _ trailer: ArchiveTrailer) throws -> Data {
        let old = try ArchiveReader(path).envelope
        let stored = [body.prefix(firstPart), body.dropFirst(firstPart)]
        let parts = zip(old.parts, stored).map { part, bytes in
            ArchiveEnvelope.Part(
                name: part.name, bytes: part.bytes, storedBytes: UInt64(bytes.count),
                storedSha256: Hexadecimal.text(SHA256.hash(data: bytes)))
        }
        let envelope = try ArchiveJSON.encode(
            ArchiveEnvelope(
                formatVersion: old.formatVersion, identifier: old.identifier, createdAt: old.createdAt,
                productVersion: old.productVersion, encryption: old.encryption, parts: parts))
        let offset = UInt64(ArchiveTrailer.beginning.count + body.count)
        let end = ArchiveTrailer(envelope: envelope, at: offset, key: SymmetricKey(size: .bits256))
        return ArchiveTrailer.beginning + body + envelope + end.bytes
    }

    @Test func aNewerFormatIsNamed() async throws {
        try await withFolder { folder in
            let envelope = Data(#"{"format_version": 2, "surprise": true}"#.utf8)
            let trailer = ArchiveTrailer(envelope: envelope, at: 8, key: nil)
            let path = folder + "/greenroom-new.grbk"
            try (ArchiveTrailer.beginning + envelope + trailer.bytes).write(to: URL(fileURLWithPath: path))
            #expect(throws: BackupError.unsupportedFormat(path: path, version: 2, supported: 1)) {
                try ArchiveReader(path)
            }
        }
    }
}
