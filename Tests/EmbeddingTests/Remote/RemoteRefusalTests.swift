import Foundation
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import Embedding

/// Servers that refuse, or whose answers cannot be used: told at once, not tried again.
@Suite struct RemoteRefusalTests {
    private func failure(
        _ texts: [String] = ["one", "two"], requests: Int = 1, script: @escaping ScriptedServer.Script
    ) async throws -> (any Error)? {
        let found = Mutex<(any Error)?>(nil)
        try await RemoteBench.run(script: script) { bench in
            let error = await bench.failure(texts)
            found.withLock { $0 = error }
            #expect(bench.server.requests.count == requests && bench.clock.pauses.isEmpty)
        }
        return found.withLock { $0 }
    }

    private func unusable(_ answer: ScriptedServer.Answer) async throws -> EmbeddingAnswerError? {
        guard case .answerUnusable(let error) = try await failure(script: { _, _ in answer }) as? RemoteEmbedderError
        else {
            return nil
        }
        return error
    }

    @Test(arguments: [401, 403]) func tellsWhatToDoAboutARefusedKey(status: Int) async throws {
        let error = try await failure { _, request in
            .reply(status: status, body: #"{"error":{"message":"bad key \#(request.headers["authorization"])"}}"#)
        }
        guard case .keyRefused(status, _) = error as? RemoteEmbedderError else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect("\(error as Any)".contains("set OPENAI_API_KEY"))
    }

    /// Servers that repeat the key in any answer: as it is, in JSON, cut in the middle, far behind.
    @Test(arguments: [400, 401, 403, 404, 418, 429, 500]) func neverTellsTheKey(status: Int) async throws {
        let key = RemoteBench.key
        let far = String(repeating: "x", count: 16_384 - 20)
        for body in [
            key, #"{"error":{"message":"Bearer \#(key)"}}"#,
            #"{"error":{"code":"\#(key)","message":"\#(key)\#(key)"}}"#,
            far + key, String(repeating: "y", count: 290) + key, #"{"detail":"\#(key.prefix(20))..."}"#,
            #"{"error":"\#(key.dropFirst(3))"}"#,
        ] {
            try await RemoteBench.run(
                change: { $0.retries.attemptsMax = 1 },
                script: { _, _ in
                    .reply(status: status, headers: [("x-echo", key)], body: body)
                }
            ) { bench in
                let error = try #require(await bench.failure())
                var dumped = ""
                dump(error, to: &dumped)
                for text in ["\(error)", String(reflecting: error), dumped] {
                    #expect(!text.contains("0123456789"), "\(status), \(body.count) bytes: \(text)")
                }
            }
        }
        try await RemoteBench.run(script: { _, _ in .reply(status: 400, body: "Bearer \(key)") }) { bench in
            let error = try #require(await bench.failure())
            #expect("\(error)".hasSuffix("Bearer ********"))
        }
    }

    @Test func passesOnOtherRefusals() async throws {
        for status in [400, 404, 409, 413, 418, 422] {
            let body = #"{"error":{"message":"no, never"}}"#
            // Where a text might be to blame, a plain one is tried.
            let requests = [400, 413, 422].contains(status) ? 2 : 1
            let error = try await failure(requests: requests) { _, _ in .reply(status: status, body: body) }
            guard case .requestRefused(status, _, "no, never") = error as? RemoteEmbedderError else {
                Issue.record("\(status): \(String(describing: error))")
                continue
            }
        }
        let quota = try await failure { _, _ in
            .reply(status: 429, body: #"{"error":{"message":"pay","code":"insufficient_quota"}}"#)
        }
        guard case .quotaExhausted(_, "pay") = quota as? RemoteEmbedderError else {
            Issue.record("\(String(describing: quota))")
            return
        }
    }

    @Test(arguments: [400, 413, 422]) func tellsATextThatIsRefusedFromAProviderThatRefusesAll(status: Int) async throws
    {
        for texts in [["good", "bad"], ["bad"]] {
            let error = try await failure(texts, requests: 2) { _, request in
                request.input.contains("bad")
                    ? .reply(status: status, body: #"{"error":{"message":"not this one"}}"#)
                    : GoodAnswer.reply(to: request)
            }
            let expected = EmbeddingInputError.textRefused(
                textsCount: texts.count, status: status, message: "not this one")
            #expect(error as? EmbeddingInputError == expected)
        }
        // The plain text cannot be tried: nothing is said about the texts.
        let unknown = try await failure(requests: 2) { number, _ in
            number == 0 ? .reply(status: status, body: "no") : .reply(status: 401, body: "")
        }
        guard case .requestRefused(status, _, "no") = unknown as? RemoteEmbedderError else {
            Issue.record("\(String(describing: unknown))")
            return
        }
    }

    @Test func knowsAComplaintAboutLength() async throws {
        for body in [
            #"{"error":{"message":"This model's maximum context length is 8192 tokens, you asked for 9000"}}"#,
            #"{"error":{"message":"too long","code":"context_length_exceeded"}}"#,
            #"{"error":"the input length exceeds the context length"}"#,
        ] {
            let error = try await failure(["one two"]) { _, _ in .reply(status: 400, body: body) }
            #expect(error as? EmbeddingInputError == .tooManyTokens(tokensEstimated: 2, textTokensMax: 8_000))
        }
    }

    @Test(arguments: [301, 302, 307, 308]) func doesNotFollowRedirects(status: Int) async throws {
        let error = Mutex<(any Error)?>(nil)
        try await ScriptedServer.run({ _, request in GoodAnswer.reply(to: request) }) { other in
            try await RemoteBench.run(script: { _, _ in
                .reply(status: status, headers: [("location", "\(other.base)/embeddings")], body: "")
            }) { bench in
                let found = await bench.failure()
                error.withLock { $0 = found }
            }
            #expect(other.requests.isEmpty, "the key would have gone to another server")
        }
        guard case .redirected(status, _) = error.withLock({ $0 }) as? RemoteEmbedderError else {
            Issue.record("\(error.withLock { String(describing: $0) })")
            return
        }
    }

    @Test func refusesVectorsThatCannotBeUsed() async throws {
        let good: [Double] = [1, 2, 3]
        func problem(_ vectors: [[Double]], _ indexes: [Int]? = nil) async throws -> EmbeddingAnswerError? {
            try await unusable(.reply(body: GoodAnswer.body(vectors, indexes: indexes)))
        }
        #expect(try await problem([good]) == .wrongCount(expected: 2, found: 1))
        #expect(try await problem([good, good, good]) == .wrongCount(expected: 2, found: 3))
        #expect(try await problem([good, good], [1, 1]) == .indexTwice(index: 1))
        #expect(try await problem([good, good], [1, 2]) == .indexOutOfRange(index: 2, count: 2))
        #expect(try await problem([good, [1, 2]]) == .wrongDimension(index: 1, expected: 3, found: 2))
        #expect(try await problem([good, [0, 0, 0]]) == .zeroVector(index: 1))
        for number in [Double.nan, .infinity] {
            guard case .notDecodable = try await problem([good, [1, number, 2]]) else {
                Issue.record("\(number) passed")
                continue
            }
        }
    }

    @Test func refusesBodiesThatAreNoAnswer() async throws {
        let body = GoodAnswer.body([[1, 2, 3], [1, 2, 3]])
        #expect(try await unusable(.reply(body: "<html>")) == .notDecodable(place: "the body"))
        #expect(try await unusable(.reply(body: "")) == .notDecodable(place: "the body"))
        #expect(try await unusable(.chunks([String(body.dropLast(9))])) == .notDecodable(place: "the body"))
        #expect(try await unusable(.reply(body: #"{"data":7}"#)) == .notDecodable(place: "data"))
    }

    @Test func readsNoMoreThanVectorsCanTake() async throws {
        let limit = EmbeddingAnswer.bytesMax(count: 2, dimension: 3)
        let spaces = String(repeating: " ", count: 100_000)
        #expect(try await unusable(.reply(body: spaces)) == .tooLarge(bytesMax: limit), "announced")
        #expect(try await unusable(.chunks(Array(repeating: spaces, count: 50))) == .tooLarge(bytesMax: limit))
    }
}
