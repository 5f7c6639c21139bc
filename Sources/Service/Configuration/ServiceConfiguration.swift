import Catalog
import Foundation
import Logging
import Storage

/// Every setting of the service, read once at the start. `docs/configuration.md` lists them.
struct ServiceConfiguration: Sendable {
    enum Environment: String, Sendable, CaseIterable { case development, test, production }
    enum LogFormat: String, Sendable, CaseIterable { case json, text }

    struct HTTP: Sendable {
        var host: String
        var port: Int
        /// A second port that serves `/metrics` only; nil for none.
        var prometheusPort: Int?
        var bodyBytesMax: Int
        var requestTimeoutSeconds: Int
        var shutdownTimeoutSeconds: Int
        /// Between a signal and the end of listening.
        var shutdownDelaySeconds: Int
        var connectionsMax: Int
        /// Origins that browsers may call from; `*` for all.
        var corsOrigins: [String]
    }

    struct Auth: Sendable {
        static let secretBytesMin = 32

        var secret: Secret
        var accessTokenMinutes: Int
        var refreshTokenDays: Int
        var loginAttemptsMax: Int
        var lockoutMinutes: Int
        var passwordLengthMin: Int
        var passwordNeedsMixedCharacters: Bool
    }

    var environment: Environment
    var logLevel: Logger.Level
    var logFormat: LogFormat
    var http: HTTP
    var auth: Auth
    var embedding: EmbeddingConfiguration
    var database: DatabaseConfiguration
    /// A streaming replica of the database; nil for none.
    var replica: DatabaseConfiguration?
    /// How far behind it may be to be read from.
    var replicaLagSecondsMax: Int
    /// Holds `roles.jsonl`, `skills.jsonl` and `scenarios.jsonl`.
    var dataFolder: String
    /// Where backups are, for the metrics on them and the copy of the ledger of erasures; nil for none.
    var backupFolder: String?
    /// Of the vector engine's collections together; nil for none.
    var vectorMemoryLimitBytes: Int?
    /// Between two rounds of the recall audit.
    var auditSeconds: Int
    /// Holds the engine's snapshots; nil where none are kept.
    var snapshotFolder: String?
    /// A collection that changed is saved after this time at the latest.
    var snapshotSeconds: Int
    /// A collection is saved after so many changes.
    var snapshotOperations: Int
    /// How long changes are kept for followers that were away.
    var changeLogHours: Int
    /// How long what was erased may stay in the engine's files.
    var erasurePurgeSeconds: Int
    /// How long lists of recommendations are kept.
    var recommendationDays: Int
    /// A file that describes an experiment on how questions are chosen; nil for none.
    var coachExperimentFile: String?
    /// Whether question search and suggestions answer callers who are not signed in.
    var publicRead: Bool

    /// - Throws: `ConfigurationError` that names every key with a problem, what came and what is allowed.
    init(environment variables: [String: String]) throws {
        var reader = SettingReader(environment: variables)
        let environment: Environment = reader.choice("ENVIRONMENT", default: .development)
        self.environment = environment
        let debug = reader.boolean("DEBUG", default: false)
        logLevel = Self.level(&reader, debug: debug)
        logFormat = reader.choice("LOG_FORMAT", default: .json)
        http = Self.http(&reader)
        auth = Self.auth(&reader, environment)
        embedding = EmbeddingConfiguration(&reader)
        dataFolder = reader.text("GREENROOM_DATA_DIR", default: "data")
        backupFolder = reader.optionalText("BACKUP_DIR")
        publicRead = reader.boolean("VECTOR_PUBLIC_READ", default: false)
        vectorMemoryLimitBytes = reader.optionalInteger("VECTOR_MEMORY_LIMIT", in: 67_108_864...Int.max)
        snapshotFolder = reader.optionalText("VECTOR_SNAPSHOT_DIR")
        snapshotSeconds = reader.integer("AUTO_SNAPSHOT_SECONDS", default: 300, in: 1...86_400)
        snapshotOperations = reader.integer("AUTO_SNAPSHOT_OPERATIONS", default: 1_000, in: 1...10_000_000)
        changeLogHours = reader.integer("CHANGE_LOG_KEEP_HOURS", default: 72, in: 1...8_760)
        erasurePurgeSeconds = reader.integer("ERASURE_PURGE_SECONDS", default: 300, in: 1...86_400)
        recommendationDays = reader.integer("RECOMMENDATIONS_KEEP_DAYS", default: 180, in: 1...3_650)
        coachExperimentFile = reader.optionalText("COACH_EXPERIMENT")
        auditSeconds = reader.integer("VECTOR_AUDIT_SECONDS", default: 5, in: 1...86_400)
        let database = Self.database(&reader, statementTimeoutSeconds: http.requestTimeoutSeconds)
        replica = Self.replica(&reader, statementTimeoutSeconds: http.requestTimeoutSeconds)
        replicaLagSecondsMax = reader.integer("DATABASE_REPLICA_LAG_SECONDS", default: 5, in: 1...3_600)
        reader.refuseUnknown(prefixes: ["ASYNC_DATABASE_", "EMBEDDING_", "VECTOR_", "GREENROOM_"])
        try reader.finish()
        guard let database else { throw ConfigurationError(problems: ["DATABASE_URL is missing"]) }
        self.database = database
    }

    /// What a tool that only talks to the database needs.
    static func database(environment variables: [String: String]) throws -> DatabaseConfiguration {
        var reader = SettingReader(environment: variables)
        let database = database(&reader, statementTimeoutSeconds: 0)
        try reader.finish()
        guard let database else { throw ConfigurationError(problems: ["DATABASE_URL is missing"]) }
        return database
    }

    /// The experiment that the setting names, or that all have the parameters that ship.
    /// - Throws: `ConfigurationError` that names the file and what is wrong with it.
    func coachExperiment() throws -> CoachExperiment {
        guard let file = coachExperimentFile else { return try .standard() }
        do {
            return try CoachExperiment(json: Data(contentsOf: URL(fileURLWithPath: file)))
        } catch {
            throw ConfigurationError(problems: ["COACH_EXPERIMENT names \(file), which cannot be used: \(error)"])
        }
    }

    private static func level(_ reader: inout SettingReader, debug: Bool) -> Logger.Level {
        let text = reader.text("LOG_LEVEL", default: debug ? "debug" : "info").lowercased()
        if let level = Logger.Level(rawValue: text == "warn" ? "warning" : text) { return level }
        reader.refuse("LOG_LEVEL", text, "one of " + Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))
        return .info
    }

    private static func http(_ reader: inout SettingReader) -> HTTP {
        let http = HTTP(
            host: reader.text("HOST", default: "127.0.0.1"),
            port: reader.integer("PORT", default: 8000, in: 0...65_535),
            prometheusPort: reader.optionalInteger("PROMETHEUS_PORT", in: 1...65_535),
            bodyBytesMax: reader.integer("MAX_BODY_BYTES", default: 2_000_000, in: 10_000...100_000_000),
            requestTimeoutSeconds: reader.integer("REQUEST_TIMEOUT", default: 60, in: 1...600),
            shutdownTimeoutSeconds: reader.integer("SHUTDOWN_TIMEOUT", default: 20, in: 1...300),
            shutdownDelaySeconds: reader.integer("SHUTDOWN_DELAY", default: 0, in: 0...300),
            connectionsMax: reader.integer("MAX_CONNECTIONS", default: 2_000, in: 1...100_000),
            corsOrigins: reader.list("CORS_ORIGINS"))
        for origin in http.corsOrigins
        where origin != "*" && !origin.hasPrefix("http://") && !origin.hasPrefix("https://") {
            reader.refuse("CORS_ORIGINS", origin, "origins such as https://app.example.org, with commas between, or *")
        }
        return http
    }

    private static func auth(_ reader: inout SettingReader, _ environment: Environment) -> Auth {
        let general = reader.secret("SECRET_KEY")
        let own = reader.secret("JWT_SECRET_KEY")
        let secret = own ?? general
        if let secret {
            let count = secret.revealed.utf8.count
            if count < Auth.secretBytesMin {
                reader.problem(
                    "JWT_SECRET_KEY has \(count) bytes, at least \(Auth.secretBytesMin) are needed: "
                        + "make one with 'openssl rand -hex 32'")
            } else if Set(secret.revealed.utf8).count < 8 || secret.revealed.lowercased().contains("change") {
                reader.problem("JWT_SECRET_KEY looks like a placeholder: make one with 'openssl rand -hex 32'")
            }
        } else {
            reader.problem("JWT_SECRET_KEY (or SECRET_KEY) is missing: make one with 'openssl rand -hex 32'")
        }
        return Auth(
            secret: secret ?? Secret(""),
            accessTokenMinutes: reader.integer("ACCESS_TOKEN_EXPIRE_MINUTES", default: 30, in: 1...1_440),
            refreshTokenDays: reader.integer("REFRESH_TOKEN_EXPIRE_DAYS", default: 7, in: 1...365),
            loginAttemptsMax: reader.integer("MAX_LOGIN_ATTEMPTS", default: 5, in: 1...1_000),
            lockoutMinutes: reader.integer("LOCKOUT_DURATION_MINUTES", default: 15, in: 1...1_440),
            passwordLengthMin: reader.integer("PASSWORD_MIN_LENGTH", default: 8, in: 8...128),
            passwordNeedsMixedCharacters: reader.boolean("PASSWORD_REQUIRE_MIXED", default: false))
    }

    private static func database(
        _ reader: inout SettingReader, statementTimeoutSeconds: Int
    ) -> DatabaseConfiguration? {
        guard let url = reader.secret("DATABASE_URL") else {
            reader.problem("DATABASE_URL is missing: such as postgres://user@host:5432/greenroom")
            return nil
        }
        return database(&reader, "DATABASE_URL", url, statementTimeoutSeconds: statementTimeoutSeconds)
    }

    private static func replica(
        _ reader: inout SettingReader, statementTimeoutSeconds: Int
    ) -> DatabaseConfiguration? {
        guard let url = reader.secret("DATABASE_REPLICA_URL") else { return nil }
        return database(&reader, "DATABASE_REPLICA_URL", url, statementTimeoutSeconds: statementTimeoutSeconds)
    }

    /// A pool on `url`, as the settings of pools say.
    private static func database(
        _ reader: inout SettingReader, _ key: String, _ url: Secret, statementTimeoutSeconds: Int
    ) -> DatabaseConfiguration? {
        let size = reader.integer("ASYNC_DATABASE_POOL_SIZE", default: 20, in: 1...1_000)
        let overflow = reader.integer("ASYNC_DATABASE_MAX_OVERFLOW", default: 30, in: 0...1_000)
        let wait = reader.integer("ASYNC_DATABASE_POOL_TIMEOUT", default: 30, in: 1...600)
        let recycle = reader.integer("ASYNC_DATABASE_POOL_RECYCLE", default: 3_600, in: 10...86_400)
        let prePing = reader.boolean("ASYNC_DATABASE_POOL_PRE_PING", default: true)
        do {
            return try DatabaseConfiguration(
                url: url.revealed, poolSize: size, overflow: overflow, waitTimeoutSeconds: wait,
                recycleSeconds: recycle,
                prePing: prePing, statementTimeoutSeconds: statementTimeoutSeconds,
                sessionSettings: [PersonScope.setting: PersonScope.everybodyValue])
        } catch {
            reader.problem("\(key) cannot be used: \(error)")
            return nil
        }
    }
}
