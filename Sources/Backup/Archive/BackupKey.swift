import Crypto
import Foundation

/// The secret of 32 bytes that archives are sealed with. Printing, logging or reflecting it shows its identifier only.
///
/// It encrypts nothing itself: every part of every archive has a key of its own, derived by HKDF (RFC 5869) from this one,
/// the archive's random salt and the part's name, so that no two chunks ever share a key and a nonce, and a part put in
/// the place of another, or of another archive's, cannot be opened.
public struct BackupKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    static let byteCount = 32
    private static let fileBytesMax = 4_096

    private let secret: SymmetricKey

    init(_ secret: SymmetricKey) { self.secret = secret }

    /// - Parameters:
    ///   - text: 64 hexadecimal digits, or base64 of 32 bytes; white space around it is ignored.
    ///   - source: what a message calls it.
    /// - Throws: `BackupError.invalidKey`.
    public init(text: String, source: String) throws(BackupError) {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !trimmed.isEmpty else { throw .invalidKey(source: source, reason: "is empty") }
        guard let bytes = Self.bytes(ofHexadecimal: trimmed) ?? Data(base64Encoded: trimmed) else {
            throw .invalidKey(source: source, reason: "is neither base64 nor hexadecimal")
        }
        guard bytes.count == Self.byteCount else {
            throw .invalidKey(source: source, reason: "holds \(bytes.count) bytes")
        }
        secret = SymmetricKey(data: bytes)
    }

    /// - Throws: `BackupError.file`, `.invalidKey`.
    public init(contentsOf path: String) throws(BackupError) {
        let file = try InputFile(path)
        guard file.byteCount <= Self.fileBytesMax else {
            throw .invalidKey(source: "the key file '\(path)'", reason: "has \(file.byteCount) bytes")
        }
        let content = try file.read(at: 0, count: Int(file.byteCount))
        try self.init(text: String(decoding: content, as: UTF8.self), source: "the key file '\(path)'")
    }

    /// A new key from the system's random numbers.
    public static func generate() -> BackupKey { BackupKey(SymmetricKey(size: .bits256)) }

    /// The key itself in base64, for the one file that keeps it.
    public var revealed: String { secret.withUnsafeBytes { Data($0) }.base64EncodedString() }

    /// Writes it to a new file that its owner alone can read.
    /// - Throws: `BackupError.file`, also where there is such a file already.
    public func write(to path: String) async throws {
        try await BackgroundThread.run {
            let file = try OutputFile(creating: path)
            try file.write(Data((revealed + "\n").utf8))
            try file.synchronise()
        }
    }

    /// Names the key without telling anything about it: 16 hexadecimal digits.
    public var identifier: String {
        derive("greenroom backup key identifier", salt: Data(), byteCount: 8).withUnsafeBytes { Hexadecimal.text($0) }
    }

    public var description: String { "key \(identifier)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    func key(ofPart name: String, salt: Data) -> SymmetricKey { derive("greenroom backup part: " + name, salt: salt) }

    func envelopeKey(salt: Data) -> SymmetricKey { derive("greenroom backup envelope", salt: salt) }

    private func derive(_ purpose: String, salt: Data, byteCount: Int = Self.byteCount) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret, salt: salt, info: Data(purpose.utf8), outputByteCount: byteCount)
    }

    private static func bytes(ofHexadecimal text: String) -> Data? {
        guard text.utf8.count == byteCount * 2 else { return nil }
        var bytes = Data(capacity: byteCount)
        var rest = text.utf8[...]
        while let high = rest.popFirst(), let low = rest.popFirst() {
            guard let first = digit(high), let second = digit(low) else { return nil }
            bytes.append(first << 4 | second)
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
