import MetricsTestKit
import Synchronization
import TestSupport
import Testing
import Workers

@testable import Embedding

@Suite struct BreakingEmbedderTests {
    private static func breaking(
        _ embedder: any Embedder, _ clock: ManualClock, _ metrics: TestMetrics
    ) -> BreakingEmbedder {
        var limits = CircuitBreaker.Limits()
        limits.failuresInRowMax = 2
        limits.openDuration = .seconds(4)
        limits.jitterShare = 0
        return BreakingEmbedder(
            embedder, limits: limits, clock: clock, generator: SeededGenerator(seed: 1), metrics: metrics)
    }

    @Test func leavesABrokenEmbedderAloneAndFindsOutWhenItWorks() async throws {
        let inner = FailingEmbedder()
        let clock = ManualClock()
        let metrics = TestMetrics()
        let breaking = Self.breaking(inner, clock, metrics)
        let gauge = try metrics.expectGauge("embedding_breaker_state", [("model", "failing")])
        #expect(try await breaking.embed(["a"]) == [[1]] && breaking.model == inner.model)
        inner.error.withLock { $0 = FailingEmbedder.Broken() }
        for _ in 0..<2 { await #expect(throws: FailingEmbedder.Broken.self) { try await breaking.embed(["a"]) } }
        #expect(breaking.breakerState == .open && gauge.lastValue == 2)
        let refused = EmbedderUnavailable(model: "failing", retryAfter: .seconds(4))
        await #expect(throws: refused) { try await breaking.embed(["a"]) }
        #expect(inner.calls.withLock { $0 } == 3, "it was not asked")
        clock.advance(by: .seconds(4))
        breaking.recordMetrics()
        #expect(gauge.lastValue == 1)
        inner.error.withLock { $0 = nil }
        #expect(try await breaking.embed(["a"]) == [[1]] && breaking.breakerState == .closed && gauge.lastValue == 0)
        let model = [("model", "failing")]
        #expect(try metrics.expectCounter("embedding_breaker_opened_total", model).totalValue == 1)
        #expect(try metrics.expectCounter("embedding_breaker_refusals_total", model).totalValue == 1)
    }

    @Test func countsOnlyWhatIsTheEmbeddersFault() async {
        let neutral: [any Error] = [
            CancellationError(), EmbeddingInputError.tooManyTexts(count: 2, textsMax: 1),
            WorkerPoolError.queueFull(pool: "encoder", queueDepthMax: 1),
            RemoteEmbedderError.overloaded(concurrencyMax: 1, waitingMax: 1),
            RemoteEmbedderError.requestRefused(status: 400, host: "h", message: "no"),
        ]
        for error in neutral { #expect(BreakingEmbedder.outcome(of: error) == .neutral, "\(error)") }
        let failures: [any Error] = [
            FailingEmbedder.Broken(), WorkerPoolError.stopped(pool: "encoder"),
            RemoteEmbedderError.keyRefused(status: 401, host: "h"),
            RemoteEmbedderError.requestRefused(status: 404, host: "h", message: "no"),
            RemoteEmbedderError.answerUnusable(.zeroVector(index: 0)),
        ]
        for error in failures { #expect(BreakingEmbedder.outcome(of: error) == .failure(), "\(error)") }
        let asked = RemoteEmbedderError.unavailable(
            .status(429, message: ""), attempts: 1, retryAfter: .seconds(9))
        #expect(BreakingEmbedder.outcome(of: asked) == .failure(retryAfter: .seconds(9)))
    }

    @Test func aCancelledProbeMakesRoomForTheNext() async throws {
        let inner = FailingEmbedder()
        let clock = ManualClock()
        let breaking = Self.breaking(inner, clock, TestMetrics())
        inner.error.withLock { $0 = FailingEmbedder.Broken() }
        for _ in 0..<2 { await #expect(throws: FailingEmbedder.Broken.self) { try await breaking.embed(["a"]) } }
        clock.advance(by: .seconds(4))
        inner.error.withLock { $0 = CancellationError() }
        await #expect(throws: CancellationError.self) { try await breaking.embed(["a"]) }
        inner.error.withLock { $0 = nil }
        #expect(try await breaking.embed(["a"]) == [[1]])
    }

    /// A provider that goes down and comes back, over HTTP.
    @Test func protectsAProvider() async throws {
        let isDown = Mutex(true)
        try await RemoteBench.run(
            change: { $0.retries.attemptsMax = 1 },
            script: { _, request in
                isDown.withLock { $0 } ? .reply(status: 503, body: "down") : GoodAnswer.reply(to: request)
            }
        ) { bench in
            let breaking = Self.breaking(bench.embedder, bench.clock, bench.metrics)
            for _ in 0..<2 { await #expect(throws: RemoteEmbedderError.self) { try await breaking.embed(["a"]) } }
            for _ in 0..<20 { await #expect(throws: EmbedderUnavailable.self) { try await breaking.embed(["a"]) } }
            #expect(bench.server.requests.count == 2)
            isDown.withLock { $0 = false }
            bench.clock.advance(by: .seconds(4))
            let vectors = try await breaking.embed(["a"])
            #expect(isNear(vectors, [GoodAnswer.unitVector("a")]))
        }
    }
}

private final class FailingEmbedder: Embedder {
    struct Broken: Error {}

    let model = EmbeddingModel(name: "failing", revision: "1", dimension: 1)
    let error = Mutex<(any Error)?>(nil)
    let calls = Mutex(0)

    func embed(_ texts: [String]) async throws -> [[Float]] {
        calls.withLock { $0 += 1 }
        if let error = error.withLock({ $0 }) { throw error }
        return texts.map { _ in [1] }
    }
}
