import Testing
import Workers

@testable import greenroom

@Suite struct PasswordHasherTests {
    @Test func verifiesWhatItHashedAndNothingElse() async throws {
        let hasher = try PasswordHasher(workers: WorkerPool(name: "hash", threadCount: 2, queueDepthMax: 8))
        let hash = try await hasher.hash("correct horse")
        #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(try await hasher.hash("correct horse") != hash, "each hash has a salt of its own")
        #expect(try await hasher.verify("correct horse", hash: hash))
        #expect(try await hasher.verify("Correct horse", hash: hash) == false)
        #expect(try await hasher.verify("correct horse", hash: nil) == false)
        await #expect(throws: PasswordHashError.self) { try await hasher.verify("x", hash: "$argon2id$damaged") }
    }
}
