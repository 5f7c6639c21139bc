import Foundation
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import Embedding

@Suite struct RemoteEmbedderTests {
    @Test func sendsWhatTheInterfaceAsksFor() async throws {
        try await RemoteBench.run(
            change: { configuration in
                configuration.organization = "org-7"
                configuration.sendsDimension = true
            },
            script: { _, request in
                GoodAnswer.reply(to: request)
            }
        ) { bench in
            let vectors = try await bench.embedder.embed(["one", "zwei \"2\" \u{1F600}"])
            #expect(isNear(vectors, ["one", "zwei \"2\" \u{1F600}"].map(GoodAnswer.unitVector)))
            let request = try #require(bench.server.requests.first)
            #expect(bench.server.requests.count == 1 && request.method == "POST" && request.path == "/v1/embeddings")
            #expect(request.headers["authorization"] == ["Bearer \(RemoteBench.key)"])
            #expect(request.headers["content-type"] == ["application/json"])
            #expect(request.headers["openai-organization"] == ["org-7"])
            #expect(request.input == ["one", "zwei \"2\" \u{1F600}"])
            #expect(request.json?["model"] as? String == "test-model")
            #expect(request.json?["encoding_format"] as? String == "float")
            #expect(request.json?["dimensions"] as? Int == 3)
            #expect(bench.count("embedding_provider_tokens_total") == 5)
            #expect(bench.count("embedding_provider_requests_total", "status", "200") == 1)
            let model = EmbeddingModel(name: "test-model", revision: "openai:test-model:3", dimension: 3)
            #expect(bench.embedder.model == model)
        }
    }

    @Test func sendsNoKeyAndNoDimensionUnlessTold() async throws {
        try await RemoteBench.run(
            change: { $0.key = nil },
            script: { _, request in
                GoodAnswer.reply(to: request)
            }
        ) { bench in
            _ = try await bench.embedder.embed([""])
            let request = try #require(bench.server.requests.first)
            #expect(!request.headers.contains(name: "authorization") && request.json?["dimensions"] == nil)
            #expect(request.input == [" "], "an empty text has a vector too")
            #expect(try await bench.embedder.embed([]) == [] && bench.server.requests.count == 1)
        }
    }

    /// Many batches, answered in any order within and among them: each text gets its own vector.
    @Test(arguments: [1, 2, 3]) func keepsTheOrder(seed: UInt64) async throws {
        try await RemoteBench.run(
            change: { configuration in
                configuration.batchTextsMax = 7
                configuration.concurrencyMax = 3
            },
            script: { number, request in
                var generator = SeededGenerator(seed: seed &+ UInt64(number))
                let order = request.input.indices.shuffled(using: &generator)
                return .reply(body: GoodAnswer.body(order.map { GoodAnswer.vector(request.input[$0]) }, indexes: order))
            }
        ) { bench in
            let texts = (0..<100).map { "\(UnicodeScalar(97 + $0 % 26) ?? "a")" + String(repeating: "x", count: $0) }
            let vectors = try await bench.embedder.embed(texts)
            #expect(isNear(vectors, texts.map(GoodAnswer.unitVector)), "seed \(seed)")
            #expect(bench.server.requests.count == 15 && bench.count("embedding_provider_tokens_total") == 75)
        }
    }

    @Test func readsBase64ThoughItAskedForNumbers() async throws {
        try await RemoteBench.run(script: { _, request in
            let items = request.input.enumerated().map { index, text in
                var bytes = Data()
                for value in GoodAnswer.vector(text) {
                    withUnsafeBytes(of: Float(value).bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
                }
                return #"{"index":\#(index),"embedding":"\#(bytes.base64EncodedString())"}"#
            }
            return .reply(body: #"{"data":[\#(items.joined(separator: ","))]}"#)
        }) { bench in
            let vectors = try await bench.embedder.embed(["one", "two2"])
            #expect(isNear(vectors, ["one", "two2"].map(GoodAnswer.unitVector)))
        }
    }

    @Test func embedsALongTextInPieces() async throws {
        try await RemoteBench.run(
            change: { $0.textTokensMax = 4 },
            script: { _, request in
                GoodAnswer.reply(to: request)
            }
        ) { bench in
            let vectors = try await bench.embedder.embed(["a bb ccc d eeee", "z"])
            #expect(bench.server.requests.first?.input == ["a bb ccc d", "eeee", "z"])
            let parts = ["a bb ccc d", "eeee"].map(GoodAnswer.unitVector)
            let sum = (0..<3).map { 4 * parts[0][$0] + parts[1][$0] }
            let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(isNear(vectors, [sum.map { $0 / length }, GoodAnswer.unitVector("z")]))
        }
    }

    @Test func refusesWhatIsTooMuchBeforeSendingIt() async throws {
        try await RemoteBench.run(script: { _, request in
            GoodAnswer.reply(to: request)
        }) { bench in
            let many = await bench.failure(Array(repeating: "a", count: 1_001))
            #expect(many as? EmbeddingInputError == .tooManyTexts(count: 1_001, textsMax: 1_000))
            let large = await bench.failure(["", String(repeating: "a", count: 200_001)])
            let expected = EmbeddingInputError.textTooLarge(index: 1, bytes: 200_001, textBytesMax: 200_000)
            #expect(large as? EmbeddingInputError == expected && bench.server.requests.isEmpty)
        }
    }

    @Test func keepsToItsConcurrencyAmongAllCalls() async throws {
        try await RemoteBench.run(
            change: { configuration in
                configuration.batchTextsMax = 1
                configuration.concurrencyMax = 2
                configuration.waitingMax = 3
            },
            script: { _, _ in
                .silence
            }
        ) { bench in
            await withTaskGroup { group in
                for _ in 0..<2 { group.addTask { _ = await bench.failure(["a", "b"]) } }
                // Two batches of each call, of which two have a slot; each of those sleeps in two time-outs.
                await bench.clock.waitForSleepers(6)
                let more = await bench.failure(["a", "b", "c", "d"])
                #expect(more as? RemoteEmbedderError == .overloaded(concurrencyMax: 2, waitingMax: 3))
                #expect(bench.server.requests.count <= 2)
                group.cancelAll()
            }
        }
    }
}
