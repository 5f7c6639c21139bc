/// How to reach a database and how much to ask of it. Every value is checked when the struct is made.
public struct DatabaseConfiguration: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// Connections that are kept when they are idle.
    public let poolSize: Int
    /// Connections beyond `poolSize` under load, closed when they become idle.
    public let overflow: Int
    /// Connections that `Database.run()` keeps open even when nobody asks.
    public let connectionsMin: Int
    /// How long a caller waits for a connection.
    public let waitTimeoutSeconds: Int
    /// How many callers may wait for a connection at once; a further one is refused.
    public let waitersMax: Int
    /// The age at which a connection is replaced.
    public let recycleSeconds: Int
    /// Whether a connection that was idle for more than 15 seconds is asked for a sign of life before it is used.
    public let prePing: Bool
    public let connectTimeoutSeconds: Int
    /// How long a statement may run where its caller says nothing else; 0 is without limit.
    public let statementTimeoutSeconds: Int
    /// How many prepared statements a connection keeps; 0 is none, for poolers that share connections between clients.
    public let preparedStatementsMax: Int
    /// What the server's views show for these connections, unless the URL says otherwise.
    public let applicationName: String
    /// Settings of the server, such as `lock_timeout`, in force on every connection.
    public let sessionSettings: [String: String]
    /// By libpq's keywords; holds the password.
    var connectionOptions: [String: String]

    /// - Parameter url: `postgres://user:password@host:port/database?sslmode=…`, or libpq's `host=… dbname=…`. What it
    ///   leaves out comes from libpq's environment variables and defaults.
    /// - Throws: `DatabaseConfigurationError` for the first value that cannot be used.
    public init(
        url: String, poolSize: Int = 20, overflow: Int = 30, connectionsMin: Int = 1, waitTimeoutSeconds: Int = 30,
        waitersMax: Int = 10_000, recycleSeconds: Int = 3_600, prePing: Bool = true, connectTimeoutSeconds: Int = 5,
        statementTimeoutSeconds: Int = 30, preparedStatementsMax: Int = 256, applicationName: String = "greenroom",
        sessionSettings: [String: String] = [:]
    ) throws {
        self.poolSize = try Self.checked("poolSize", poolSize, in: 1...1_000)
        self.overflow = try Self.checked("overflow", overflow, in: 0...1_000)
        self.connectionsMin = try Self.checked("connectionsMin", connectionsMin, in: 0...poolSize)
        self.waitTimeoutSeconds = try Self.checked("waitTimeoutSeconds", waitTimeoutSeconds, in: 1...600)
        self.waitersMax = try Self.checked("waitersMax", waitersMax, in: 1...1_000_000)
        self.recycleSeconds = try Self.checked("recycleSeconds", recycleSeconds, in: 10...86_400)
        self.prePing = prePing
        self.connectTimeoutSeconds = try Self.checked("connectTimeoutSeconds", connectTimeoutSeconds, in: 1...120)
        self.statementTimeoutSeconds = try Self.checked(
            "statementTimeoutSeconds", statementTimeoutSeconds, in: 0...86_400)
        self.preparedStatementsMax = try Self.checked("preparedStatementsMax", preparedStatementsMax, in: 0...10_000)
        guard applicationName.utf8.count <= 63, applicationName.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
            throw DatabaseConfigurationError(
                field: "applicationName", value: applicationName, allowed: "at most 63 printable ASCII characters")
        }
        self.applicationName = applicationName
        for (name, value) in sessionSettings where !Self.isSettingName(name) || value.contains("\0") {
            throw DatabaseConfigurationError(
                field: "sessionSettings", value: name,
                allowed: "names of letters, digits, _ and a dot, such as lock_timeout")
        }
        self.sessionSettings = sessionSettings
        connectionOptions = try Self.options(of: url, applicationName: applicationName)
    }

    /// Where it connects to and the limits; the password is shown as `***`.
    public var description: String {
        let secrets: Set<String> = ["password", "sslpassword", "passfile", "sslkey"]
        let target = connectionOptions.sorted { $0.key < $1.key }
            .map { "\($0.key)=\(secrets.contains($0.key) ? "***" : $0.value)" }
        return """
            \(target.joined(separator: " ")); pool of \(poolSize) and \(overflow) more, waits \(waitTimeoutSeconds) s, \
            recycles after \(recycleSeconds) s, statements \(statementTimeoutSeconds) s
            """
    }

    public var debugDescription: String { description }

    var statementTimeout: Duration? { statementTimeoutSeconds > 0 ? .seconds(statementTimeoutSeconds) : nil }

    private static func checked(_ field: String, _ value: Int, in range: ClosedRange<Int>) throws -> Int {
        guard range.contains(value) else {
            throw DatabaseConfigurationError(
                field: field, value: String(value), allowed: "\(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private static func isSettingName(_ name: String) -> Bool {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.".utf8)
        return !name.isEmpty && name.utf8.count <= 63 && name.utf8.allSatisfy(allowed.contains)
    }

    private static func options(of url: String, applicationName: String) throws -> [String: String] {
        let allowed = "postgres://user:password@host:port/database, or libpq's host=… dbname=…"
        guard !url.isEmpty, !url.contains("\0") else {
            throw DatabaseConfigurationError(field: "url", value: "an empty text or one with NUL", allowed: allowed)
        }
        let (parsed, reason) = ConnectionString.parse(url)
        guard var options = parsed else {
            throw DatabaseConfigurationError(
                field: "url", value: "a text that libpq cannot read (\(reason))", allowed: allowed)
        }
        options["client_encoding"] = "UTF8"
        // Timed by the session, which does not block on it.
        options["connect_timeout"] = nil
        if options["application_name"] == nil { options["application_name"] = applicationName }
        return options
    }
}

/// A value of the configuration that cannot be used.
public struct DatabaseConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    public let field: String
    /// What came; never the URL, which may hold a password.
    public let value: String
    public let allowed: String

    public var description: String { "\(field) is \(value), allowed is \(allowed)" }
}
