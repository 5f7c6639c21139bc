import Foundation
import MetricsTestKit
import TestSupport

@testable import Embedding

/// A remote embedder of three dimensions, a server with a script for it, and a clock that skips pauses and holds time-outs.
struct RemoteBench: Sendable {
    static let key = "sk-test-0123456789abcdefghij"

    let server: ScriptedServer
    let embedder: RemoteEmbedder
    let clock: ManualClock
    let metrics: TestMetrics

    /// Runs a test with all of that, and shuts it down.
    static func run(
        change: @Sendable (inout RemoteEmbedderConfiguration) -> Void = { _ in },
        script: @escaping ScriptedServer.Script, _ test: @Sendable (RemoteBench) async throws -> Void
    ) async throws {
        try await ScriptedServer.run(script) { server in
            var configuration = RemoteEmbedderConfiguration(
                endpoint: try Endpoint(base: server.base), key: try APIKey(key), modelName: "test-model", dimension: 3)
            configuration.attemptTimeout = .seconds(100)
            configuration.callTimeout = .seconds(1_000)
            configuration.retries.attemptsMax = 3
            change(&configuration)
            let clock = ManualClock()
            let metrics = TestMetrics()
            let embedder = RemoteEmbedder(
                configuration, clock: clock, generator: SeededGenerator(seed: 1), metrics: metrics)
            let outcome: Result<Void, any Error>
            do {
                outcome = .success(
                    try await test(RemoteBench(server: server, embedder: embedder, clock: clock, metrics: metrics)))
            } catch {
                outcome = .failure(error)
            }
            try await embedder.shutdown()
            try outcome.get()
        }
    }

    /// The error of a call that is to fail.
    func failure(_ texts: [String] = ["a"]) async -> (any Error)? {
        do {
            _ = try await embedder.embed(texts)
            return nil
        } catch {
            return error
        }
    }

    /// What a counter stands at; 0 when it was never used.
    func count(_ label: String, _ key: String, _ value: String) -> Int64 {
        count(label, [(key, value)])
    }

    func count(_ label: String, _ more: [(String, String)] = []) -> Int64 {
        do {
            return try metrics.expectCounter(label, [("model", "test-model")] + more).totalValue
        } catch {
            return 0
        }
    }
}

/// Answers of a server that works.
enum GoodAnswer {
    /// A vector that tells its text: its length in letters and its first letter, not at length 1.
    static func vector(_ text: String) -> [Double] {
        [Double(text.count), Double(text.unicodeScalars.first?.value ?? 0), 1]
    }

    /// The same at length 1.
    static func unitVector(_ text: String) -> [Float] {
        let vector = vector(text)
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return vector.map { Float($0 / length) }
    }

    /// An answer with these vectors, each at its place.
    static func body(_ vectors: [[Double]], indexes: [Int]? = nil, tokens: Int = 5) -> String {
        let indexes = indexes ?? Array(vectors.indices)
        let items = zip(indexes, vectors).map { index, vector in
            #"{"object":"embedding","index":\#(index),"embedding":[\#(vector.map { "\($0)" }.joined(separator: ","))]}"#
        }
        return #"{"object":"list","data":[\#(items.joined(separator: ","))],"#
            + #""usage":{"prompt_tokens":\#(tokens),"total_tokens":\#(tokens)}}"#
    }

    static func reply(to request: ScriptedServer.Request) -> ScriptedServer.Answer {
        .reply(body: body(request.input.map(vector)))
    }
}

func isNear(_ left: [[Float]], _ right: [[Float]]) -> Bool {
    left.count == right.count
        && zip(left, right).allSatisfy { one, other in
            one.count == other.count && zip(one, other).allSatisfy { abs($0 - $1) < 1e-6 }
        }
}
