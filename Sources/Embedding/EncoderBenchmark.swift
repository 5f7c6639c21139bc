import Foundation

/// Measures how long one text takes from its characters to its vector, alone on an idle embedder.
///
/// The texts are made of words that are one token each, the same in every run, and come with their tokens and vectors, so
/// that another encoder can be given the same work and its vectors compared.
public struct EncoderBenchmark: Sendable {
    public struct Setting: Sendable, Codable {
        /// Tokens of each text, the opening and closing one counted.
        public let tokens: Int
        public let threads: Int
        public let runs: Int
        /// Median and quickest over all runs.
        public let p50Milliseconds: Double
        public let minMilliseconds: Double
    }

    public struct Sample: Sendable, Codable {
        public let ids: [Int32]
        public let vector: [Float]
    }

    public struct Report: Sendable, Codable {
        public let model: String
        /// Instruction set of the kernels.
        public let kernels: String
        public let settings: [Setting]
        /// The texts that were encoded.
        public let samples: [Sample]
    }

    private static let textsPerLength = 4
    private static let warmUpRuns = 3
    private static let words = """
        the a of and to in is for on with as by at from that this our your team work system data time test code design \
        service user model question answer project problem software network design change review plan cost risk growth
        """

    private let weights: EncoderWeights
    private let tokenizer: WordPieceTokenizer

    /// - Throws: `ModelError`.
    public init(folder: String, precision: LocalEmbedder.Precision = .int16) throws(ModelError) {
        let files = ModelFiles(folder: folder)
        weights = try EncoderWeights(path: files.weights, precision: precision)
        tokenizer = WordPieceTokenizer(vocabulary: try files.loadVocabulary())
    }

    /// Encodes texts of each length on each number of threads for `seconds` seconds each, and blocks meanwhile.
    /// - Parameters:
    ///   - tokens: lengths, 3 to 256 each.
    ///   - threads: 1 or 2 matter: more do not share one text.
    public func run(tokens: [Int], threads: [Int], seconds: Double) -> Report {
        let texts = Dictionary(uniqueKeysWithValues: Set(tokens).map { ($0, Self.texts(tokens: $0)) })
        var settings: [Setting] = []
        var vectors: [String: [Float]] = [:]
        for threadCount in threads {
            let encoder = EncoderThreads(
                count: threadCount, queueDepthMax: 1, tokenizer: tokenizer, weights: weights, kernels: .best())
            defer { encoder.stop() }
            for length in tokens {
                guard let texts = texts[length] else { preconditionFailure("every length has texts") }
                var times: [Double] = []
                let end = ContinuousClock.now + .seconds(seconds)
                while times.count < Self.warmUpRuns * 2 || ContinuousClock.now < end {
                    let text = texts[times.count % texts.count]
                    let start = ContinuousClock.now
                    vectors[text] = Self.encode(text, number: UInt64(times.count), by: encoder)
                    times.append((ContinuousClock.now - start) / .milliseconds(1))
                }
                let sorted = times.dropFirst(Self.warmUpRuns).sorted()
                settings.append(
                    Setting(
                        tokens: length, threads: threadCount, runs: sorted.count,
                        p50Milliseconds: sorted[sorted.count / 2], minMilliseconds: sorted[0]))
            }
        }
        let samples = vectors.sorted { $0.key < $1.key }.map { text, vector in
            Sample(ids: tokenizer.tokenize(text).windows(tokensMax: EncoderShape.tokensMax)[0], vector: vector)
        }
        return Report(
            model: LocalEmbedder.model(weights.precision).description, kernels: MatrixKernels.best().name,
            settings: settings, samples: samples)
    }

    private static func texts(tokens: Int) -> [String] {
        precondition((3...EncoderShape.tokensMax).contains(tokens), "a text has 3 to \(EncoderShape.tokensMax) tokens")
        let words = words.split(separator: " ")
        return (1...textsPerLength).map { text in
            (0..<tokens - 2).map { words[(text * 7 + $0 * (text + 4) + $0 / 5) % words.count] }.joined(separator: " ")
        }
    }

    /// Waits for a text's vector on the calling thread.
    private static func encode(_ text: String, number: UInt64, by encoder: EncoderThreads) -> [Float] {
        let answer = Answer()
        encoder.submit(number, texts: [text]) { answer.give($0) }
        return answer.wait()
    }
}

/// Carries one answer from the encoder's thread to the one that waits.
///
/// `@unchecked Sendable`: `result` is touched only while `condition` is locked.
private final class Answer: @unchecked Sendable {
    private let condition = NSCondition()
    private var result: Result<[[Float]], any Error>?

    func give(_ result: Result<[[Float]], any Error>) {
        condition.withLock {
            self.result = result
            condition.signal()
        }
    }

    func wait() -> [Float] {
        condition.lock()
        defer { condition.unlock() }
        while true {
            switch result {
            case .success(let vectors): return vectors[0]
            case .failure(let error): preconditionFailure("an idle encoder takes a text: \(error)")
            case nil: condition.wait()
            }
        }
    }
}
