/// How strictly a transaction is kept apart from others.
public enum TransactionIsolation: String, Sendable, CaseIterable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

/// How often and how soon a transaction is run again that met another.
public struct TransactionRetry: Sendable, Equatable {
    /// The first attempt included.
    public let attemptsMax: Int
    public let backoffMillisecondsMin: Int
    public let backoffMillisecondsMax: Int

    /// - Precondition: at least one attempt, and a backoff that is not negative.
    public init(attemptsMax: Int, backoffMillisecondsMin: Int = 5, backoffMillisecondsMax: Int = 500) {
        precondition(
            attemptsMax >= 1 && backoffMillisecondsMin >= 0 && backoffMillisecondsMax >= backoffMillisecondsMin)
        self.attemptsMax = attemptsMax
        self.backoffMillisecondsMin = backoffMillisecondsMin
        self.backoffMillisecondsMax = backoffMillisecondsMax
    }

    /// Five attempts.
    public static let standard = TransactionRetry(attemptsMax: 5)
    /// One attempt.
    public static let none = TransactionRetry(attemptsMax: 1)

    /// Doubles with every attempt up to the maximum, of which `jitter` (0 to 1) takes at most half away.
    func delay(after attempt: Int, jitter: Double) -> Duration {
        let doubled = backoffMillisecondsMin << min(attempt - 1, 20)
        return .milliseconds(min(doubled, backoffMillisecondsMax)) * (1 - jitter / 2)
    }
}

extension PostgresError {
    /// The two states after which the server asks for the whole transaction to be repeated.
    var isRetryable: Bool { sqlState == "40001" || sqlState == "40P01" }
}
