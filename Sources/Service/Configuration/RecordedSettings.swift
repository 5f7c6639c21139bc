import Foundation

/// The settings that are in force, as a backup records them: those that are set, secrets as asterisks.
struct RecordedSettings {
    /// By name; only settings that docs/configuration.md lists.
    let values: [String: String]

    static let secretKeys = ["DATABASE_URL", "DATABASE_REPLICA_URL", "JWT_SECRET_KEY", "SECRET_KEY", "OPENAI_API_KEY"]
    static let keys = [
        "ENVIRONMENT", "DEBUG", "LOG_LEVEL", "LOG_FORMAT", "HOST", "PORT", "PROMETHEUS_PORT", "MAX_BODY_BYTES",
        "MAX_CONNECTIONS", "REQUEST_TIMEOUT", "SHUTDOWN_TIMEOUT", "SHUTDOWN_DELAY", "DATABASE_REPLICA_LAG_SECONDS",
        "CORS_ORIGINS", "BACKUP_DIR",
        "VECTOR_MEMORY_LIMIT", "VECTOR_AUDIT_SECONDS", "VECTOR_SNAPSHOT_DIR", "AUTO_SNAPSHOT_SECONDS",
        "AUTO_SNAPSHOT_OPERATIONS", "CHANGE_LOG_KEEP_HOURS", "ERASURE_PURGE_SECONDS", "RECOMMENDATIONS_KEEP_DAYS",
        "COACH_EXPERIMENT",
        "VECTOR_PUBLIC_READ",
        "ACCESS_TOKEN_EXPIRE_MINUTES",
        "REFRESH_TOKEN_EXPIRE_DAYS", "MAX_LOGIN_ATTEMPTS", "LOCKOUT_DURATION_MINUTES", "PASSWORD_MIN_LENGTH",
        "PASSWORD_REQUIRE_MIXED", "ASYNC_DATABASE_POOL_SIZE", "ASYNC_DATABASE_MAX_OVERFLOW",
        "ASYNC_DATABASE_POOL_TIMEOUT", "ASYNC_DATABASE_POOL_RECYCLE", "ASYNC_DATABASE_POOL_PRE_PING",
        "GREENROOM_MODEL_DIR", "GREENROOM_DATA_DIR", "EMBEDDING_PRECISION", "EMBEDDING_THREADS",
        "EMBEDDING_CACHE_SIZE", "EMBEDDING_CACHE_TTL", "OPENAI_BASE_URL", "OPENAI_ALLOW_HTTP", "OPENAI_ORG_ID",
        "DEFAULT_EMBEDDING_MODEL", "EMBEDDING_DIMENSION", "EMBEDDING_DIMENSION_SEND", "EMBEDDING_ENCODING",
        "EMBEDDING_BATCH_TEXTS_MAX", "EMBEDDING_BATCH_TOKENS_MAX", "EMBEDDING_TEXT_TOKENS_MAX",
        "EMBEDDING_CONCURRENCY", "EMBEDDING_TIMEOUT_SECONDS", "EMBEDDING_DEADLINE_SECONDS", "EMBEDDING_ATTEMPTS_MAX",
    ]

    init(environment: [String: String]) {
        var values: [String: String] = [:]
        for key in Self.keys {
            if let value = environment[key] { values[key] = Self.withoutCredentials(value) }
        }
        for key in Self.secretKeys {
            if let value = environment[key] { values[key] = Secret(value).description }
            // Where the secret was, not what.
            if let path = environment[key + "_FILE"] { values[key + "_FILE"] = path }
        }
        self.values = values
    }

    /// An address may carry a user and a password before its host.
    private static func withoutCredentials(_ value: String) -> String {
        guard let scheme = value.range(of: "://"), let end = value.lastIndex(of: "@"), end >= scheme.upperBound else {
            return value
        }
        return value[..<scheme.upperBound] + Secret("").description + value[end...]
    }
}
