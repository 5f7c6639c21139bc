public import Logging
public import Storage

/// Runs `body` with an empty database of its own on a real PostgreSQL, which is dropped afterwards.
///
/// The server is private to the test process: started at the first call below the temporary folder, on a Unix socket
/// only, without fsync, and gone with the process, however that ends. Databases are cheap (some tens of milliseconds),
/// so every test takes its own, and tests run side by side.
///
/// `GREENROOM_TEST_POSTGRES_BIN` names the folder of the server's programs; otherwise `pg_config --bindir` does.
@discardableResult
public nonisolated(nonsending) func withPostgres<Result>(
    _ body: nonisolated(nonsending) (TestDatabase) async throws -> Result
) async throws -> Result {
    let cluster = try TestCluster.shared.get()
    let database = try await cluster.createDatabase()
    let result: Result
    do {
        result = try await body(database)
    } catch {
        try await cluster.dropDatabase(database)
        throw error
    }
    try await cluster.dropDatabase(database)
    return result
}

/// Runs `body` with an open, empty database.
@discardableResult
public nonisolated(nonsending) func withDatabase<Result>(
    poolSize: Int = 4, overflow: Int = 4,
    _ body: nonisolated(nonsending) (Database) async throws -> Result
) async throws -> Result {
    try await withPostgres { try await $0.withOpen(poolSize: poolSize, overflow: overflow, body) }
}

/// A database that lives as long as its test.
public struct TestDatabase: Sendable {
    public let name: String
    /// The folder of the server's Unix socket.
    public let socketFolder: String

    /// Connects as the superuser, without a password.
    public var url: String { url(user: "postgres") }

    /// The role that the server asks for a password; it is `right`.
    public static let passwordRole = "needs_password"

    public func url(user: String, password: String? = nil, database: String? = nil) -> String {
        let secret = password.map { "&password=\($0)" } ?? ""
        return "postgres:///\(database ?? name)?host=\(socketFolder)&user=\(user)\(secret)"
    }

    public func configuration(
        poolSize: Int = 4, overflow: Int = 4, waitTimeoutSeconds: Int = 120, statementTimeoutSeconds: Int = 30,
        preparedStatementsMax: Int = 256, sessionSettings: [String: String] = [:]
    ) throws -> DatabaseConfiguration {
        try DatabaseConfiguration(
            url: url, poolSize: poolSize, overflow: overflow, waitTimeoutSeconds: waitTimeoutSeconds,
            statementTimeoutSeconds: statementTimeoutSeconds, preparedStatementsMax: preparedStatementsMax,
            applicationName: name, sessionSettings: sessionSettings)
    }

    /// A pool on this database, which the caller shuts down.
    public func open(poolSize: Int = 4, overflow: Int = 4) throws -> Database {
        try open(configuration(poolSize: poolSize, overflow: overflow))
    }

    public func open(_ configuration: DatabaseConfiguration) -> Database {
        Database(configuration: configuration, logger: Self.silentLogger)
    }

    /// Runs `body` with a pool and its housekeeping, and shuts it down afterwards.
    @discardableResult
    public nonisolated(nonsending) func withOpen<Result>(
        poolSize: Int = 4, overflow: Int = 4, _ body: nonisolated(nonsending) (Database) async throws -> Result
    ) async throws -> Result {
        try await withOpen(configuration(poolSize: poolSize, overflow: overflow), body)
    }

    @discardableResult
    public nonisolated(nonsending) func withOpen<Result>(
        _ configuration: DatabaseConfiguration, _ body: nonisolated(nonsending) (Database) async throws -> Result
    ) async throws -> Result {
        let database = open(configuration)
        let housekeeping = Task { try await database.run() }
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(database))
        } catch {
            result = .failure(error)
        }
        housekeeping.cancel()
        try await housekeeping.value
        return try result.get()
    }

    /// Logs nothing: faults that tests provoke are no news.
    public static var silentLogger: Logger {
        Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    }
}
