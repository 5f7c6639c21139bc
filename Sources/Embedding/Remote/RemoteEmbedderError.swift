/// Why a provider gave no vectors. Messages hold no key, whatever the provider answered.
public enum RemoteEmbedderError: Error, Equatable, Sendable, CustomStringConvertible {
    /// 401 or 403.
    case keyRefused(status: Int, host: String)
    /// The account has no money or allowance left; trying again is no use.
    case quotaExhausted(host: String, message: String)
    /// Another status that says that the request is wrong: not tried again.
    case requestRefused(status: Int, host: String, message: String)
    /// The provider pointed elsewhere. It is not followed, since the key would go there.
    case redirected(status: Int, host: String)
    /// An answer of success with vectors that cannot be used.
    case answerUnusable(EmbeddingAnswerError)
    /// Failed although it was tried again as often as allowed. `retryAfter` is what the provider asked for.
    case unavailable(ProviderFailure, attempts: Int, retryAfter: Duration?)
    /// No slot became free: too many calls at once.
    case overloaded(concurrencyMax: Int, waitingMax: Int)

    public var description: String {
        switch self {
        case .keyRefused(let status, let host):
            "\(host) refuses the key (status \(status)): set OPENAI_API_KEY to a valid one that may use the model"
        case .quotaExhausted(let host, let message):
            "\(host) says that the account's quota is used up: check its plan and billing (\(message))"
        case .requestRefused(404, let host, let message):
            "\(host) does not know the model or the path (status 404): check DEFAULT_EMBEDDING_MODEL and "
                + "OPENAI_BASE_URL (\(message))"
        case .requestRefused(413, let host, let message):
            "the request is too large for \(host) (status 413): lower EMBEDDING_BATCH_TEXTS_MAX (\(message))"
        case .requestRefused(let status, let host, let message):
            "\(host) refuses the request (status \(status)): \(message)"
        case .redirected(let status, let host):
            "\(host) redirects (status \(status)), which is not followed: set OPENAI_BASE_URL to the final address"
        case .answerUnusable(let error): "the provider's answer cannot be used: \(error)"
        case .unavailable(let failure, let attempts, let retryAfter):
            "the provider gave no vectors in \(attempts) attempt\(attempts == 1 ? "" : "s"), at last: \(failure)"
                + (retryAfter.map { "; it asks to wait \($0)" } ?? "")
        case .overloaded(let concurrency, let waiting):
            "\(concurrency) requests to the provider are under way and no slot became free (\(waiting) may wait): "
                + "try later or raise EMBEDDING_CONCURRENCY"
        }
    }
}

/// What went wrong in an attempt that may be repeated.
public enum ProviderFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// 408, 429 or 5xx.
    case status(Int, message: String)
    case timedOut(after: Duration)
    /// The connection could not be made, or broke.
    case connection(reason: String)
    /// The time for the whole call was over before an attempt began.
    case deadlinePassed

    public var description: String {
        switch self {
        case .status(let status, let message): "status \(status): \(message)"
        case .timedOut(let limit): "no full answer within \(limit)"
        case .connection(let reason): "the connection failed: \(reason)"
        case .deadlinePassed: "the time for the call was over"
        }
    }
}

/// What is wrong with an answer that ought to hold vectors. Vectors are counted from 0.
public enum EmbeddingAnswerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No JSON of the right shape; says where.
    case notDecodable(place: String)
    case tooLarge(bytesMax: Int)
    case wrongCount(expected: Int, found: Int)
    case indexOutOfRange(index: Int, count: Int)
    case indexTwice(index: Int)
    case wrongDimension(index: Int, expected: Int, found: Int)
    case notBase64(index: Int)
    case notFinite(index: Int)
    case zeroVector(index: Int)

    public var description: String {
        switch self {
        case .notDecodable(let place): "\(place) is not what an embeddings answer in JSON has there"
        case .tooLarge(let bytesMax): "it has more than \(bytesMax) bytes, the most that these vectors can take"
        case .wrongCount(let expected, let found): "it has \(found) vectors for \(expected) texts"
        case .indexOutOfRange(let index, let count): "it has an index \(index), allowed is 0..<\(count)"
        case .indexTwice(let index): "it has the index \(index) twice"
        case .wrongDimension(let index, let expected, let found):
            "vector \(index) has \(found) numbers, \(expected) are expected: check EMBEDDING_DIMENSION"
        case .notBase64(let index): "vector \(index) is no base64 of 32-bit numbers"
        case .notFinite(let index): "vector \(index) has a number that is infinite or none"
        case .zeroVector(let index): "vector \(index) is zero and has no direction"
        }
    }
}
