import CArgon2
import Foundation
import Workers

/// Hashes passwords by Argon2id (RFC 9106) with 19 MiB of memory and 2 passes, on threads of its own.
///
/// One hash takes some 40 ms of a core on purpose; the bounded pool keeps a flood of sign-ins from taking all of them.
struct PasswordHasher: Sendable {
    private static let passes: UInt32 = 2
    private static let memoryKibibytes: UInt32 = 19_456
    private static let lanes: UInt32 = 1
    private static let hashBytes = 32
    private static let saltBytes = 16

    private let workers: WorkerPool
    /// The hash of no password: verified against when an account does not exist, so that both cases take the same time.
    private let decoy: String

    init(workers: WorkerPool) throws {
        self.workers = workers
        decoy = try Self.encodedHash(of: UUID().uuidString)
    }

    /// The hash in the PHC string format, with its parameters and a random salt.
    func hash(_ password: String) async throws -> String {
        try await workers.run { try Self.encodedHash(of: password) }
    }

    /// Whether `password` is the one that was hashed. With no hash it takes as long and answers false.
    func verify(_ password: String, hash: String?) async throws -> Bool {
        let expected = hash ?? decoy
        let matches = try await workers.run {
            let bytes = Array(password.utf8)
            let code = argon2id_verify(expected, bytes, bytes.count)
            if code == ARGON2_OK.rawValue { return true }
            if code == ARGON2_VERIFY_MISMATCH.rawValue { return false }
            throw PasswordHashError(code: code)
        }
        return matches && hash != nil
    }

    private static func encodedHash(of password: String) throws -> String {
        let bytes = Array(password.utf8)
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<saltBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let length = argon2_encodedlen(
            passes, memoryKibibytes, lanes, UInt32(saltBytes), UInt32(hashBytes), Argon2_id)
        var encoded = [CChar](repeating: 0, count: length)
        let code = argon2id_hash_encoded(
            passes, memoryKibibytes, lanes, bytes, bytes.count, salt, salt.count, hashBytes, &encoded, encoded.count)
        guard code == ARGON2_OK.rawValue else { throw PasswordHashError(code: code) }
        return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// The hash library failed, such as for want of memory, or a stored hash is damaged.
struct PasswordHashError: Error, CustomStringConvertible {
    let code: Int32

    var description: String { "argon2: \(String(cString: argon2_error_message(code)))" }
}
