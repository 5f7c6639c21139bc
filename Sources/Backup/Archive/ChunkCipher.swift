import Crypto
import Foundation

/// AES-256-GCM over a stream cut into chunks, by the STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár, "Online
/// Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015).
///
/// The nonce of a chunk is its number and whether it is the last one. So each chunk opens only in its own place, and a
/// stream that was cut, at the edge of a chunk too, has no last one. The key belongs to one stream only.
struct ChunkCipher {
    /// Of plain text; a sealed chunk is `tagBytes` longer. Every chunk but the last is full.
    static let chunkBytes = 256 * 1_024
    static let tagBytes = 16
    private static let chunksMax = UInt64(UInt32.max)

    enum Failure: Error {
        case tooLong
        /// The chunk was changed, moved or cut off, or belongs to something else.
        case notAuthentic(chunk: UInt64)
    }

    private let key: SymmetricKey
    private var number: UInt64 = 0

    init(key: SymmetricKey) { self.key = key }

    mutating func seal(_ plain: some DataProtocol, isLast: Bool) throws -> Data {
        let box = try AES.GCM.seal(plain, using: key, nonce: try nextNonce(isLast))
        return box.ciphertext + box.tag
    }

    mutating func open(_ sealed: Data, isLast: Bool) throws -> Data {
        let chunk = number
        let nonce = try nextNonce(isLast)
        guard sealed.count >= Self.tagBytes else { throw Failure.notAuthentic(chunk: chunk) }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: nonce, ciphertext: sealed.dropLast(Self.tagBytes), tag: sealed.suffix(Self.tagBytes))
            return try AES.GCM.open(box, using: key)
        } catch {
            throw Failure.notAuthentic(chunk: chunk)
        }
    }

    /// Seven zero bytes, the number in big-endian, and 1 for the last chunk.
    private mutating func nextNonce(_ isLast: Bool) throws -> AES.GCM.Nonce {
        guard number < Self.chunksMax else { throw Failure.tooLong }
        var bytes = Data(count: 7)
        withUnsafeBytes(of: UInt32(number).bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(isLast ? 1 : 0)
        number += 1
        return try AES.GCM.Nonce(data: bytes)
    }
}
