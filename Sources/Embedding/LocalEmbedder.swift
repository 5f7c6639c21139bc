import Foundation
public import Metrics
import Synchronization

/// The sentence encoder all-MiniLM-L6-v2, computed here: no network, no other process.
///
/// - A text of up to 256 tokens gives the model's own vector: the mean over its tokens, at length 1. A longer one is cut
///   at sentences or words into windows of up to 256 tokens, and its vector is the mean of theirs, weighted by their
///   tokens, at length 1. Nothing is cut off in silence; `tokenCount` tells how long a text is.
/// - The same text gives bit for bit the same vector whatever it is embedded with and however many threads there are.
///   Another kind of processor may round differently in the last digits.
/// - It computes on threads of its own, never on Swift's shared ones. Calls take turns by text. A text that is alone is
///   shared by two threads when there are two.
public final class LocalEmbedder: Embedder {
    /// The arithmetic. Vectors of two precisions are two models and do not belong in one index.
    public enum Precision: String, Sendable, CaseIterable, Codable {
        /// Products of 16-bit integers with exact 32-bit sums, a step size for each row and column. The cosine to the exact
        /// vector is at least 0.9999; twice as fast as `float32`.
        case int16
        /// 32-bit floating point throughout.
        case float32
    }

    /// Texts in one call.
    public static let textsMax = 1_000
    /// Bytes of UTF-8 in one text.
    public static let textBytesMax = 200_000

    public let model: EmbeddingModel
    private let tokenizer: WordPieceTokenizer
    private let threads: EncoderThreads
    private let metrics: EmbeddingMetrics
    private let callNumber = Atomic<UInt64>(0)

    /// Maps and packs the weights, which takes a tenth of a second or two, and starts the threads. The files' hashes are
    /// not computed here: see `verify`.
    /// - Parameters:
    ///   - folder: holds `model.safetensors` and `vocab.txt`.
    ///   - threads: how many texts are encoded at once.
    ///   - queueDepthMax: calls under way at once; a further one fails with `WorkerPoolError.queueFull`.
    /// - Throws: `ModelError`.
    public init(
        folder: String, precision: Precision = .int16, threads: Int = 2, queueDepthMax: Int = 256,
        metrics factory: any MetricsFactory = MetricsSystem.factory
    ) throws(ModelError) {
        let files = ModelFiles(folder: folder)
        let weights = try EncoderWeights(path: files.weights, precision: precision)
        tokenizer = WordPieceTokenizer(vocabulary: try files.loadVocabulary())
        model = Self.model(precision)
        metrics = EmbeddingMetrics(model: model, factory: factory)
        self.threads = EncoderThreads(
            count: threads, queueDepthMax: queueDepthMax, tokenizer: tokenizer, weights: weights, kernels: .best())
    }

    deinit { threads.stop() }

    /// The vector space of a precision, known without loading the weights.
    public static func model(_ precision: Precision) -> EmbeddingModel {
        EmbeddingModel(
            name: "all-MiniLM-L6-v2", revision: "\(ModelFiles.weightsHash.prefix(12))-\(precision.rawValue)",
            dimension: EncoderShape.hidden)
    }

    /// Whether a folder holds files of the model's names.
    public static func isThere(folder: String) -> Bool {
        let files = ModelFiles(folder: folder)
        return [files.weights, files.vocabulary].allSatisfy { FileManager.default.fileExists(atPath: $0) }
    }

    /// Reads the files in a folder whole and compares their SHA-256, which takes some tenths of a second and blocks.
    /// - Throws: `ModelError` that names the file that is missing or not the right one.
    public static func verify(folder: String) throws(ModelError) { try ModelFiles(folder: folder).verify() }

    /// Calls under way, waiting or running.
    public var queueDepth: Int { threads.depth }

    /// Tokens of a text with the two that open and close it. More than 256 are embedded in windows. A few microseconds for
    /// a sentence, a few milliseconds for the largest text.
    public func tokenCount(_ text: String) -> Int { tokenizer.tokenize(text).tokenCount }

    /// Unit vectors of up to `textsMax` texts of up to `textBytesMax` bytes, in order; an empty text has one too.
    ///
    /// When the task is cancelled it returns at once; a text that is being encoded then is the last.
    /// - Throws: `EmbeddingInputError`; `WorkerPoolError` when too many calls are under way or the embedder was shut down;
    ///   `CancellationError`.
    public func embed(_ texts: [String]) async throws -> [[Float]] {
        do {
            let start = ContinuousClock.now
            try EmbeddingInputError.check(texts, textsMax: Self.textsMax, textBytesMax: Self.textBytesMax)
            try Task.checkCancellation()
            if texts.isEmpty { return [] }
            let vectors = try await submit(texts)
            metrics.succeeded(after: ContinuousClock.now - start)
            return vectors
        } catch {
            metrics.failed(error)
            throw error
        }
    }

    /// Fails what is under way, refuses what comes and ends the threads.
    public func shutdown() { threads.stop() }

    private func submit(_ texts: [String]) async throws -> [[Float]] {
        let number = callNumber.add(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                threads.submit(number, texts: texts) { continuation.resume(with: $0) }
                // A cancellation that came before the request was queued found nothing to cancel.
                if Task.isCancelled { threads.cancel(number) }
            }
        } onCancel: {
            threads.cancel(number)
        }
    }
}
