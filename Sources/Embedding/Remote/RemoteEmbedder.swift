import Foundation
public import Metrics
import Synchronization
import Workers

/// Embeddings from a server that speaks OpenAI's interface.
///
/// - Texts are sent in batches, several at once. The vectors are checked (one for each text, right dimension, finite, not
///   zero), put in order and brought to length 1; an answer that fails a check is an error, never a wrong vector.
/// - A text with more estimated tokens than the model takes is cut at sentences or words, and its vector is the mean of
///   the pieces' vectors, weighted by their tokens, at length 1, as the local encoder does.
/// - 408, 429, 5xx, broken connections and time-outs are tried again with full jitter, or when the server asks for it;
///   everything within the time for a call. Other statuses are errors at once.
/// - Where a request is refused as wrong (400, 413, 422), a plain text is tried once. Where that is taken, a text is to
///   blame: `EmbeddingInputError.textRefused`. Else it is the settings or the provider.
/// - The key appears in no error, log or description. Redirects are not followed.
/// - Connections are closed by `shutdown`, or when the last reference goes.
public final class RemoteEmbedder: Embedder {
    /// Texts in one call.
    public static let textsMax = LocalEmbedder.textsMax
    /// Bytes of UTF-8 in one text.
    public static let textBytesMax = LocalEmbedder.textBytesMax

    public let model: EmbeddingModel
    private let configuration: RemoteEmbedderConfiguration
    private let connection: ProviderConnection
    private let gate: RequestGate
    /// A large answer takes tenths of a second to read, which must not hold up Swift's shared threads. As many jobs come
    /// as there are slots.
    private let decoders: WorkerPool
    private let pacing: Pacing
    private let generator: Mutex<any RandomNumberGenerator & Sendable>
    private let callMetrics: EmbeddingMetrics
    private let metrics: RemoteEmbedderMetrics
    /// What no provider has a reason to refuse.
    private static let plainText = "text"

    /// Opens no connection yet.
    /// - Parameters:
    ///   - clock: measures time-outs and pauses.
    ///   - generator: draws the pauses.
    public init(
        _ configuration: RemoteEmbedderConfiguration, clock: any Clock<Duration> = ContinuousClock(),
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        metrics factory: any MetricsFactory = MetricsSystem.factory
    ) {
        configuration.requireSense()
        self.configuration = configuration
        model = configuration.model
        connection = ProviderConnection(configuration)
        gate = RequestGate(concurrencyMax: configuration.concurrencyMax, waitingMax: configuration.waitingMax)
        decoders = WorkerPool(name: "answers", threadCount: 1, queueDepthMax: configuration.concurrencyMax)
        pacing = Pacing(clock)
        self.generator = Mutex(generator)
        callMetrics = EmbeddingMetrics(model: configuration.model, factory: factory)
        metrics = RemoteEmbedderMetrics(model: configuration.model, factory: factory)
    }

    /// Fails what is under way and closes the connections. To be called once.
    public func shutdown() async throws {
        decoders.shutdown()
        try await connection.shutdown()
    }

    /// Unit vectors of up to `textsMax` texts of up to `textBytesMax` bytes, in order; an empty text has one too.
    ///
    /// When one request fails for good, the others of the call are given up. A cancelled call leaves at once.
    /// - Throws: `EmbeddingInputError`, `RemoteEmbedderError`, `CancellationError`.
    public func embed(_ texts: [String]) async throws -> [[Float]] {
        do {
            let start = pacing.now()
            try EmbeddingInputError.check(texts, textsMax: Self.textsMax, textBytesMax: Self.textBytesMax)
            try Task.checkCancellation()
            if texts.isEmpty { return [] }
            let plan = BatchPlan(
                texts, textTokensMax: configuration.textTokensMax, batchTextsMax: configuration.batchTextsMax,
                batchTokensMax: configuration.batchTokensMax)
            let deadline = start + configuration.callTimeout
            let pieces: [[Float]]
            do {
                pieces = try await self.vectors(of: plan, deadline: deadline)
            } catch RemoteEmbedderError.requestRefused(let status, let host, let message)
                where [400, 413, 422].contains(status)
            {
                throw try await cause(of: (status, host, message), textsCount: texts.count, deadline: deadline)
            }
            let vectors = plan.vectors(fromPieces: pieces)
            callMetrics.succeeded(after: pacing.now() - start)
            return vectors
        } catch {
            callMetrics.failed(error)
            throw error
        }
    }

    /// Whether a refusal is about a text or about everything.
    private func cause(
        of refusal: (status: Int, host: String, message: String), textsCount: Int, deadline: Duration
    ) async throws -> any Error {
        do {
            _ = try await vectors(of: [TextPiece(text: Self.plainText, tokens: 1)], deadline: deadline)
        } catch is RemoteEmbedderError {
            return RemoteEmbedderError.requestRefused(
                status: refusal.status, host: refusal.host, message: refusal.message)
        }
        return EmbeddingInputError.textRefused(
            textsCount: textsCount, status: refusal.status, message: refusal.message)
    }

    /// The vectors of all pieces, in order. At most as many batches wait or run as may run at once.
    private func vectors(of plan: BatchPlan, deadline: Duration) async throws -> [[Float]] {
        var results = [[[Float]]](repeating: [], count: plan.batches.count)
        try await withThrowingTaskGroup(of: (Int, [[Float]]).self) { group in
            var next = 0
            func addNext() {
                guard next < plan.batches.count else { return }
                let number = next
                let pieces = Array(plan.pieces[plan.batches[number]])
                group.addTask { (number, try await self.vectors(of: pieces, deadline: deadline)) }
                next += 1
            }
            for _ in 0..<configuration.concurrencyMax { addNext() }
            while let (number, vectors) = try await group.next() {
                results[number] = vectors
                addNext()
            }
        }
        return results.flatMap(\.self)
    }

    /// One batch, tried again as the policy allows.
    private func vectors(of pieces: [TextPiece], deadline: Duration) async throws -> [[Float]] {
        let body = try EmbeddingRequest(
            model: configuration.modelName, input: pieces.map(\.text),
            encodingFormat: configuration.encoding.rawValue,
            dimensions: configuration.sendsDimension ? configuration.dimension : nil
        ).encoded()
        var attempts = 0
        while true {
            attempts += 1
            let failure: ProviderFailure
            let advice: Duration?
            switch try await attempt(body, pieces, deadline: deadline) {
            case .answered(let answer): return answer.vectors
            case .failed(let reason, let pause): (failure, advice) = (reason, pause)
            }
            let pause = generator.withLock { generator in
                configuration.retries.pause(
                    afterAttempts: attempts, advice: advice, remaining: deadline - pacing.now(), using: &generator)
            }
            guard let pause else {
                throw RemoteEmbedderError.unavailable(failure, attempts: attempts, retryAfter: advice)
            }
            metrics.retried(after: failure)
            try await pacing.sleep(pause)
        }
    }

    private enum Attempt {
        case answered(EmbeddingAnswer)
        case failed(ProviderFailure, advice: Duration?)
    }

    /// One request, with the wait for a slot, within what is left of the call's time.
    private func attempt(_ body: Data, _ pieces: [TextPiece], deadline: Duration) async throws -> Attempt {
        let remaining = deadline - pacing.now()
        guard remaining > .zero else { return .failed(.deadlinePassed, advice: nil) }
        do {
            return try await pacing.within(remaining) { try await self.exchange(body, pieces) }
        } catch is Pacing.TimedOut {
            return unanswered(.deadlinePassed)
        } catch let failure as ProviderFailure {
            return unanswered(failure)
        } catch let error as EmbeddingAnswerError {
            throw RemoteEmbedderError.answerUnusable(error)
        } catch is RequestGate.Full {
            throw RemoteEmbedderError.overloaded(concurrencyMax: gate.concurrencyMax, waitingMax: gate.waitingMax)
        }
    }

    /// Posts when there is a slot, reads the answer, and gives the slot back however that ends.
    private func exchange(_ body: Data, _ pieces: [TextPiece]) async throws -> Attempt {
        try await gate.enter()
        defer { gate.leave() }
        let start = pacing.now()
        let bytesMax = EmbeddingAnswer.bytesMax(count: pieces.count, dimension: model.dimension)
        do {
            let reply = try await pacing.within(configuration.attemptTimeout) {
                try await self.connection.post(body, answerBytesMax: bytesMax)
            }
            metrics.answered(status: reply.status, after: pacing.now() - start)
            return try await judge(reply, pieces)
        } catch let timeout as Pacing.TimedOut {
            throw ProviderFailure.timedOut(after: timeout.limit)
        }
    }

    private func unanswered(_ failure: ProviderFailure) -> Attempt {
        metrics.unanswered(failure)
        return .failed(failure, advice: nil)
    }

    private func judge(_ reply: ProviderReply, _ pieces: [TextPiece]) async throws -> Attempt {
        let verdict = ReplyVerdict(
            reply, host: configuration.endpoint.host, key: configuration.key,
            secondsSince1970: Int(Date.now.timeIntervalSince1970))
        switch verdict {
        case .success:
            let (count, dimension) = (pieces.count, model.dimension)
            let answer = try await decoders.run {
                try EmbeddingAnswer(json: reply.body, count: count, dimension: dimension)
            }
            metrics.used(tokens: answer.tokensUsed)
            return .answered(answer)
        case .retry(let failure, let pause): return .failed(failure, advice: pause)
        case .fail(let error): throw error
        case .tooLong:
            throw EmbeddingInputError.tooManyTokens(
                tokensEstimated: pieces.reduce(0) { max($0, $1.tokens) }, textTokensMax: configuration.textTokensMax)
        }
    }
}
