import Crypto
import Foundation

/// The last bytes of an archive: where its envelope is, that it is whole, and who sealed it.
///
///     8  offset of the envelope, little-endian
///     8  its length, little-endian
///    32  its SHA-256
///    32  its HMAC-SHA256 by a key derived from the archive's; zeros where it is not encrypted
///     8  the end mark
struct ArchiveTrailer: Equatable {
    /// With a line end of each kind, so that a transfer that changes them is noticed.
    static let beginning = Data([0x47, 0x52, 0x42, 0x4B, 0x0D, 0x0A, 0x1A, 0x0A])
    private static let end = Data("GRBK-END".utf8)
    static let byteCount = 8 + 8 + 32 + 32 + 8

    let envelopeOffset: UInt64
    let envelopeBytes: UInt64
    let envelopeHash: Data
    let envelopeSeal: Data

    init(envelope: Data, at offset: UInt64, key: SymmetricKey?) {
        envelopeOffset = offset
        envelopeBytes = UInt64(envelope.count)
        envelopeHash = Data(SHA256.hash(data: envelope))
        envelopeSeal =
            key.map { Data(HMAC<SHA256>.authenticationCode(for: envelope, using: $0)) }
            ?? Data(count: SHA256.byteCount)
    }

    /// nil where these are not the last bytes of an archive.
    init?(_ bytes: Data) {
        let bytes = Data(bytes)
        guard bytes.count == Self.byteCount, bytes.suffix(8) == Self.end else { return nil }
        envelopeOffset = Self.number(bytes[0..<8])
        envelopeBytes = Self.number(bytes[8..<16])
        envelopeHash = bytes.subdata(in: 16..<48)
        envelopeSeal = bytes.subdata(in: 48..<80)
    }

    var bytes: Data {
        Self.bytes(envelopeOffset) + Self.bytes(envelopeBytes) + envelopeHash + envelopeSeal + Self.end
    }

    func isWhole(_ envelope: Data) -> Bool { Data(SHA256.hash(data: envelope)) == envelopeHash }

    var isNotSealed: Bool { envelopeSeal.allSatisfy { $0 == 0 } }

    func isSealed(_ envelope: Data, by key: SymmetricKey) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(envelopeSeal, authenticating: envelope, using: key)
    }

    private static func number(_ bytes: Data) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }

    private static func bytes(_ number: UInt64) -> Data { withUnsafeBytes(of: number.littleEndian) { Data($0) } }
}
