import Crypto
import Foundation
import Synchronization

/// Writes one archive: parts one after the other, then `finish`, which alone gives the file its name.
///
/// Until then the file is called `….partial`; one that was never finished, for whatever reason, keeps that name and no
/// trailer, and is never taken for a backup. Calls block; they may come from any thread, one at a time.
final class ArchiveWriter: Sendable {
    private struct State {
        let file: OutputFile
        var parts: [ArchiveEnvelope.Part] = []
        var offset = UInt64(ArchiveTrailer.beginning.count)
        var open: OpenPart?
    }

    private struct OpenPart {
        let name: String
        var cipher: ChunkCipher?
        var hash = SHA256()
        var bytes: UInt64 = 0
        var storedBytes: UInt64 = 0
        /// What does not fill a chunk yet.
        var rest = Data()
    }

    let name: ArchiveName
    /// Where it stands when it is finished.
    let path: String
    private let unfinishedPath: String
    private let folder: String
    private let key: BackupKey?
    private let salt: Data
    private let state: Mutex<State>

    /// - Throws: `BackupError.file`.
    init(folder: String, name: ArchiveName, key: BackupKey?) throws {
        self.folder = folder
        self.name = name
        self.key = key
        path = folder + "/" + name.file
        unfinishedPath = folder + "/" + name.unfinishedFile
        salt = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        let file = try OutputFile(creating: unfinishedPath)
        state = Mutex(State(file: file))
        try file.write(ArchiveTrailer.beginning)
    }

    func begin(part name: String) {
        state.withLock { state in
            precondition(state.open == nil, "a part is open already")
            precondition(!state.parts.contains { $0.name == name }, "two parts of one name")
            state.open = OpenPart(name: name, cipher: key.map { ChunkCipher(key: $0.key(ofPart: name, salt: salt)) })
        }
    }

    func append(_ bytes: Data) throws {
        try state.withLock { state in
            guard var part = state.open else { preconditionFailure("no part is open") }
            part.bytes += UInt64(bytes.count)
            if part.cipher == nil {
                try Self.store(bytes, &part, state.file)
            } else {
                part.rest.append(bytes)
                // A full chunk stays until more comes: it may be the last one.
                while part.rest.count > ChunkCipher.chunkBytes {
                    try Self.seal(part.rest.prefix(ChunkCipher.chunkBytes), isLast: false, &part, state.file)
                    part.rest = Data(part.rest.dropFirst(ChunkCipher.chunkBytes))
                }
            }
            state.open = part
        }
    }

    func endPart() throws {
        try state.withLock { state in
            guard var part = state.open else { preconditionFailure("no part is open") }
            if part.cipher != nil { try Self.seal(part.rest, isLast: true, &part, state.file) }
            state.offset += part.storedBytes
            state.parts.append(
                ArchiveEnvelope.Part(
                    name: part.name, bytes: part.bytes, storedBytes: part.storedBytes,
                    storedSha256: Hexadecimal.text(part.hash.finalize())))
            state.open = nil
        }
    }

    /// Writes the envelope, makes everything durable and renames the file.
    /// - Returns: the bytes of the file.
    func finish(productVersion: String) throws -> UInt64 {
        try state.withLock { state in
            precondition(state.open == nil, "a part is open")
            let encryption = key.map { key in
                ArchiveEnvelope.Encryption(
                    cipher: ArchiveEnvelope.Encryption.cipher, keyIdentifier: key.identifier,
                    chunkBytes: ChunkCipher.chunkBytes, salt: salt)
            }
            let envelope = try ArchiveJSON.encode(
                ArchiveEnvelope(
                    formatVersion: ArchiveEnvelope.formatVersion, identifier: name.identifier,
                    createdAt: name.createdAt, productVersion: productVersion, encryption: encryption,
                    parts: state.parts))
            let trailer = ArchiveTrailer(
                envelope: envelope, at: state.offset, key: key?.envelopeKey(salt: salt))
            try state.file.write(envelope + trailer.bytes)
            try state.file.synchronise()
            guard rename(unfinishedPath, path) == 0 else { throw BackupError.system("rename", unfinishedPath) }
            do {
                try OutputFile.synchronise(folder: folder)
            } catch {
                unlink(path)
                throw error
            }
            return state.offset + UInt64(envelope.count + ArchiveTrailer.byteCount)
        }
    }

    /// Deletes the unfinished file. One that cannot be deleted is listed as unfinished, and pruned later.
    func abandon() { unlink(unfinishedPath) }

    private static func seal(_ plain: Data, isLast: Bool, _ part: inout OpenPart, _ file: OutputFile) throws {
        guard let sealed = try part.cipher?.seal(plain, isLast: isLast) else { return }
        try store(sealed, &part, file)
    }

    private static func store(_ bytes: Data, _ part: inout OpenPart, _ file: OutputFile) throws {
        try file.write(bytes)
        part.hash.update(data: bytes)
        part.storedBytes += UInt64(bytes.count)
    }
}
