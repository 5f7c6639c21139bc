import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Embedding

/// Servers that fail in ways that may pass.
@Suite struct RemoteRetryTests {
    /// Fails so often, then answers well.
    private func failing(
        _ times: Int, _ answer: ScriptedServer.Answer
    ) -> ScriptedServer.Script {
        { number, request in number < times ? answer : GoodAnswer.reply(to: request) }
    }

    @Test(arguments: [408, 429, 500, 502, 503, 529]) func triesAgain(status: Int) async throws {
        try await RemoteBench.run(script: failing(2, .reply(status: status, body: #"{"error":{"message":"busy"}}"#))) {
            bench in
            let vectors = try await bench.embedder.embed(["one"])
            #expect(isNear(vectors, [GoodAnswer.unitVector("one")]))
            #expect(bench.server.requests.count == 3 && bench.clock.pauses.count == 2)
            #expect(bench.clock.pauses[0] <= .seconds(0.5) && bench.clock.pauses[1] <= .seconds(1))
            #expect(bench.count("embedding_provider_retries_total", "reason", "\(status)") == 2)
            #expect(bench.count("embedding_provider_requests_total", "status", "\(status)") == 2)
        }
    }

    @Test func givesUpAfterTheLastAttempt() async throws {
        try await RemoteBench.run(script: failing(9, .reply(status: 503, body: "down\nfor repair"))) { bench in
            let expected = RemoteEmbedderError.unavailable(
                .status(503, message: "down for repair"), attempts: 3, retryAfter: nil)
            #expect(await bench.failure() as? RemoteEmbedderError == expected)
            #expect(bench.server.requests.count == 3)
            #expect(bench.count("embedding_generation_errors_total", "reason", "provider_failed") == 1)
        }
    }

    @Test(arguments: [
        [("retry-after", "7")], [("retry-after-ms", "7000")],
        [("date", "Sun, 06 Nov 1994 08:49:30 GMT"), ("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")],
        [("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "7s")],
    ])
    func waitsAsLongAsAsked(headers: [(String, String)]) async throws {
        try await RemoteBench.run(script: failing(1, .reply(status: 429, headers: headers, body: "{}"))) { bench in
            _ = try await bench.embedder.embed(["one"])
            let pause = try #require(bench.clock.pauses.first)
            #expect(pause >= .seconds(7) && pause <= .seconds(7.5) && bench.clock.pauses.count == 1)
        }
    }

    @Test func doesNotWaitForever() async throws {
        let script = failing(9, .reply(status: 429, headers: [("retry-after", "3600")], body: "{}"))
        try await RemoteBench.run(script: script) { bench in
            let error = try #require(await bench.failure() as? RemoteEmbedderError)
            guard case .unavailable(.status(429, _), attempts: 1, retryAfter: .seconds(3_600)) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(bench.clock.pauses.isEmpty && bench.server.requests.count == 1)
            #expect(bench.count("embedding_generation_errors_total", "reason", "rate_limited") == 1)
        }
    }

    @Test func keepsToTheTimeOfTheCall() async throws {
        try await RemoteBench.run(
            change: { configuration in
                configuration.retries.attemptsMax = 1_000
                configuration.callTimeout = .seconds(70)
            }, script: failing(1_000, .reply(status: 500, headers: [("retry-after", "10")], body: "{}"))
        ) { bench in
            guard case .unavailable(.status(500, _), let attempts, _) = await bench.failure() as? RemoteEmbedderError
            else {
                Issue.record("it did not fail as expected")
                return
            }
            #expect((3...7).contains(attempts) && bench.clock.now.offset < .seconds(70))
        }
    }

    @Test func triesAgainWhenTheConnectionBreaks() async throws {
        let body = GoodAnswer.body([[1, 2, 3]])
        for answer in [ScriptedServer.Answer.close, .cut(body: body, afterBytes: 0), .cut(body: body, afterBytes: 40)] {
            try await RemoteBench.run(script: failing(1, answer)) { bench in
                let vectors = try await bench.embedder.embed(["one"])
                #expect(isNear(vectors, [GoodAnswer.unitVector("one")]), "\(answer)")
                #expect(bench.server.requests.count == 2)
                #expect(bench.count("embedding_provider_retries_total", "reason", "connection") == 1)
            }
        }
    }

    @Test func saysWhenNobodyListens() async throws {
        try await RemoteBench.run(
            change: { configuration in
                do { configuration.endpoint = try Endpoint(base: "http://127.0.0.1:1/v1") } catch {
                    Issue.record(error)
                }
            }, script: failing(0, .close)
        ) { bench in
            guard
                case .unavailable(.connection, attempts: 3, retryAfter: nil) = await bench.failure()
                    as? RemoteEmbedderError
            else {
                Issue.record("it did not fail as expected")
                return
            }
        }
    }

    /// The time-out covers the whole answer: a server that never answers, and those that stop within head or body.
    @Test func timesOut() async throws {
        let body = GoodAnswer.body([[1, 2, 3]])
        let answers: [ScriptedServer.Answer] = [
            .silence, .stall(body: body, afterBytes: 0), .stall(body: body, afterBytes: 40),
        ]
        for answer in answers {
            try await RemoteBench.run(script: failing(1, answer)) { bench in
                async let vectors = bench.embedder.embed(["one"])
                // The call's and the attempt's time-outs run; the next attempt has its own.
                await bench.clock.waitForSleepers(2)
                while bench.server.requests.isEmpty { await Task.yield() }
                bench.clock.advance(by: .seconds(100))
                let found = try await vectors
                #expect(isNear(found, [GoodAnswer.unitVector("one")]), "\(answer)")
                #expect(bench.count("embedding_provider_retries_total", "reason", "timeout") == 1)
            }
        }
    }

    @Test func saysHowLongItWaited() async throws {
        try await RemoteBench.run(change: { $0.retries.attemptsMax = 1 }, script: { _, _ in .silence }) { bench in
            async let failure = bench.failure()
            await bench.clock.waitForSleepers(2)
            bench.clock.advance(by: .seconds(100))
            let expected = RemoteEmbedderError.unavailable(
                .timedOut(after: .seconds(100)), attempts: 1, retryAfter: nil)
            #expect(await failure as? RemoteEmbedderError == expected)
            #expect(bench.count("embedding_generation_errors_total", "reason", "timeout") == 1)
        }
    }

    @Test func leavesAtOnceWhenCancelled() async throws {
        let body = GoodAnswer.body([[1, 2, 3]])
        for answer in [ScriptedServer.Answer.silence, .stall(body: body, afterBytes: 40)] {
            try await RemoteBench.run(script: { _, _ in answer }) { bench in
                let call = Task { try await bench.embedder.embed(["one"]) }
                while bench.server.requests.isEmpty { await Task.yield() }
                call.cancel()
                await #expect(throws: CancellationError.self, "\(answer)") { try await call.value }
                #expect(bench.server.requests.count == 1 && bench.clock.pauses.isEmpty)
                #expect(bench.count("embedding_generation_errors_total", "reason", "other") == 0)
            }
        }
    }

    /// When one batch fails for good, the others do not go on.
    @Test func givesUpTheOtherBatches() async throws {
        try await RemoteBench.run(
            change: { configuration in
                configuration.batchTextsMax = 1
                configuration.concurrencyMax = 2
            },
            // The plain text by which a refused text is told from a provider that refuses everything is refused too.
            script: { _, request in
                ["bad", "text"].contains(request.input.first) ? .reply(status: 400, body: "no") : .silence
            }
        ) { bench in
            let error = await bench.failure(["a", "bad", "c", "d"]) as? RemoteEmbedderError
            guard case .requestRefused(400, _, "no") = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(bench.server.requests.count <= 3)
        }
    }
}
