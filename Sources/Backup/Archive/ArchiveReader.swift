import Crypto
import Foundation

/// A complete archive, opened for reading. Calls block.
struct ArchiveReader: Sendable {
    /// Of a part that is not encrypted.
    private static let pieceBytes = 256 * 1_024
    private static let envelopeBytesMax: UInt64 = 64 * 1_024 * 1_024

    let path: String
    let byteCount: UInt64
    let envelope: ArchiveEnvelope
    private let file: InputFile
    private let trailer: ArchiveTrailer
    private let envelopeData: Data

    /// Reads what stands at the end and checks that the file is whole, but not its parts.
    /// - Throws: `BackupError.file`, `.notAnArchive`, `.unsupportedFormat`.
    init(_ path: String) throws {
        self.path = path
        file = try InputFile(path)
        byteCount = file.byteCount
        let least = UInt64(ArchiveTrailer.beginning.count + ArchiveTrailer.byteCount)
        guard byteCount >= least else {
            throw BackupError.notAnArchive(path: path, reason: "it has \(byteCount) bytes, the least is \(least)")
        }
        guard try file.read(at: 0, count: ArchiveTrailer.beginning.count) == ArchiveTrailer.beginning else {
            throw BackupError.notAnArchive(path: path, reason: "it does not begin like one")
        }
        let end = byteCount - UInt64(ArchiveTrailer.byteCount)
        guard let trailer = ArchiveTrailer(try file.read(at: end, count: ArchiveTrailer.byteCount)) else {
            throw BackupError.notAnArchive(path: path, reason: "its end is missing")
        }
        guard trailer.envelopeOffset <= end, trailer.envelopeBytes == end - trailer.envelopeOffset,
            trailer.envelopeBytes <= Self.envelopeBytesMax
        else { throw BackupError.notAnArchive(path: path, reason: "its end and its length disagree") }
        let data = try file.read(at: trailer.envelopeOffset, count: Int(trailer.envelopeBytes))
        guard trailer.isWhole(data) else {
            throw BackupError.notAnArchive(path: path, reason: "the checksum of its envelope is wrong")
        }
        envelope = try Self.envelope(data, path)
        guard envelope.encryption != nil || trailer.isNotSealed else {
            throw BackupError.notAnArchive(path: path, reason: "it is sealed and says that it is not")
        }
        let stored = envelope.parts.reduce(UInt64(ArchiveTrailer.beginning.count)) { $0 &+ $1.storedBytes }
        guard stored == trailer.envelopeOffset else {
            throw BackupError.notAnArchive(path: path, reason: "its parts and its length disagree")
        }
        self.trailer = trailer
        envelopeData = data
    }

    private static func envelope(_ data: Data, _ path: String) throws -> ArchiveEnvelope {
        struct Version: Decodable { let formatVersion: Int }
        do {
            let version = try ArchiveJSON.decode(Version.self, from: data).formatVersion
            guard version == ArchiveEnvelope.formatVersion else {
                throw BackupError.unsupportedFormat(
                    path: path, version: version, supported: ArchiveEnvelope.formatVersion)
            }
            return try ArchiveJSON.decode(ArchiveEnvelope.self, from: data)
        } catch is DecodingError {
            throw BackupError.notAnArchive(path: path, reason: "its envelope cannot be read")
        }
    }

    /// Checks that the key is the one that the archive was sealed with, and that it sealed this envelope.
    /// - Throws: `BackupError.wrongKey`, `.keyMissing`, `.notEncrypted`, `.damaged`, `.unsupportedFormat`.
    func check(_ key: BackupKey?) throws {
        guard let encryption = envelope.encryption else {
            if key != nil { throw BackupError.notEncrypted(path: path) }
            return
        }
        guard let key else { throw BackupError.keyMissing(path: path, expected: encryption.keyIdentifier) }
        guard key.identifier == encryption.keyIdentifier else {
            throw BackupError.wrongKey(path: path, expected: encryption.keyIdentifier, given: key.identifier)
        }
        guard trailer.isSealed(envelopeData, by: key.envelopeKey(salt: encryption.salt)),
            encryption.cipher == ArchiveEnvelope.Encryption.cipher, encryption.chunkBytes == ChunkCipher.chunkBytes
        else { throw BackupError.damaged(path: path, part: "envelope", reason: "it was changed after it was sealed") }
    }

    /// Hands out a part's plain bytes in order. Its checksum is compared at the end, so whoever must not act on false bytes
    /// verifies before.
    /// - Parameter key: checked by `check` before.
    func read(part name: String, key: BackupKey?, _ body: (Data) throws -> Void) throws {
        var opener = Opener(envelope.encryption, key: key, part: name)
        var plainBytes: UInt64 = 0
        try readStored(part: name, pieceBytes: opener == nil ? Self.pieceBytes : Opener.sealedBytes) { piece, isLast in
            let plain: Data
            do {
                plain = try opener?.open(piece, isLast) ?? piece
            } catch ChunkCipher.Failure.notAuthentic(let chunk) {
                throw BackupError.damaged(
                    path: path, part: name,
                    reason: "chunk \(chunk) was changed, moved or cut off, or is another archive's")
            }
            plainBytes += UInt64(plain.count)
            try body(plain)
        }
        let expected = try part(name).bytes
        guard plainBytes == expected else {
            throw BackupError.damaged(path: path, part: name, reason: "\(plainBytes) bytes instead of \(expected)")
        }
    }

    /// A small part as a whole.
    func content(ofPart name: String, key: BackupKey?, bytesMax: UInt64) throws -> Data {
        let bytes = try part(name).bytes
        guard bytes <= bytesMax else {
            throw BackupError.damaged(path: path, part: name, reason: "\(bytes) bytes, at most \(bytesMax) are read")
        }
        var content = Data()
        try read(part: name, key: key) { content.append($0) }
        return content
    }

    /// Reads everything: checksums without a key, and each chunk's authenticity with one.
    /// - Throws: what `check` throws where a key is given, `BackupError.damaged`.
    func verify(key: BackupKey?) throws {
        if key != nil { try check(key) }
        for part in envelope.parts {
            if key == nil {
                try readStored(part: part.name, pieceBytes: Self.pieceBytes) { _, _ in }
            } else {
                try read(part: part.name, key: key) { _ in }
            }
        }
    }

    private func part(_ name: String) throws -> ArchiveEnvelope.Part {
        guard let part = envelope.parts.first(where: { $0.name == name }) else {
            throw BackupError.noSuchPart(path: path, part: name)
        }
        return part
    }

    private func readStored(part name: String, pieceBytes: Int, _ body: (Data, Bool) throws -> Void) throws {
        let part = try part(name)
        var offset = UInt64(ArchiveTrailer.beginning.count)
        for earlier in envelope.parts.prefix(while: { $0.name != name }) { offset += earlier.storedBytes }
        var rest = part.storedBytes
        var hash = SHA256()
        while rest > 0 {
            try BackgroundThread.checkCancellation()
            let piece = try file.read(at: offset, count: Int(min(rest, UInt64(pieceBytes))))
            hash.update(data: piece)
            offset += UInt64(piece.count)
            rest -= UInt64(piece.count)
            try body(piece, rest == 0)
        }
        guard Hexadecimal.text(hash.finalize()) == part.storedSha256 else {
            throw BackupError.damaged(path: path, part: name, reason: "its checksum is wrong")
        }
    }

    /// Opens the chunks of one part.
    private struct Opener {
        static let sealedBytes = ChunkCipher.chunkBytes + ChunkCipher.tagBytes
        private var cipher: ChunkCipher

        init?(_ encryption: ArchiveEnvelope.Encryption?, key: BackupKey?, part name: String) {
            guard let encryption, let key else { return nil }
            cipher = ChunkCipher(key: key.key(ofPart: name, salt: encryption.salt))
        }

        mutating func open(_ piece: Data, _ isLast: Bool) throws -> Data { try cipher.open(piece, isLast: isLast) }
    }
}
