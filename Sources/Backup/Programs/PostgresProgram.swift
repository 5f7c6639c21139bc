import Foundation
import Storage

/// `pg_dump` or `pg_restore`, of the server's version or a newer one.
struct PostgresProgram: Sendable {
    enum Name: String, Sendable { case dump = "pg_dump", restore = "pg_restore" }

    private static let busyAttemptsMax = 40
    private static let busyPauseMilliseconds = 50

    let name: Name
    let path: String
    private let environment: [String: String]
    private let secrets: [String]

    /// Looks in `folder` where it is given; otherwise where Debian and Red Hat keep the version's own programs, the
    /// server's version first, then in PATH.
    /// - Throws: `BackupError.programMissing`.
    static func find(
        _ name: Name, serverMajor: Int, folder: String?, database: DatabaseConfiguration
    ) async throws -> PostgresProgram {
        let own = ProcessInfo.processInfo.environment
        // Besides libpq's own, what programs need to find files and to say things in English.
        var environment = own.filter { $0.key.hasPrefix("PG") || ["PATH", "HOME", "TMPDIR", "USER"].contains($0.key) }
        environment["LC_ALL"] = "C.UTF-8"
        let connection = database.programEnvironment
        environment.merge(connection.variables) { _, new in new }
        environment["PGAPPNAME"] = name.rawValue
        var refused: [String] = []
        for candidate in candidates(name, serverMajor, folder, path: own["PATH"] ?? "/usr/bin:/bin")
        where access(candidate, X_OK) == 0 {
            let program = PostgresProgram(
                name: name, path: candidate, environment: environment, secrets: connection.secrets)
            do {
                if let major = try await program.major(), major >= serverMajor { return program }
                refused.append("'\(candidate)' is not of that version")
            } catch let error as BackupError {
                refused.append("'\(candidate)': \(error)")
            }
        }
        throw BackupError.programMissing(name: name.rawValue, major: serverMajor, refused: refused)
    }

    private static func candidates(_ name: Name, _ major: Int, _ folder: String?, path: String) -> [String] {
        if let folder { return [folder + "/" + name.rawValue] }
        // A newer program reads an older server.
        let versions = (major...(major + 10)).flatMap { ["/usr/lib/postgresql/\($0)/bin", "/usr/pgsql-\($0)/bin"] }
        return (versions + path.split(separator: ":").map(String.init)).map { $0 + "/" + name.rawValue }
    }

    /// Runs it and hands out what it prints, on a thread of its own.
    /// - Throws: `BackupError.programFailed`; what `body` throws, and then the program was ended; `CancellationError`.
    func read(_ arguments: [String], _ body: @escaping @Sendable (Data) throws -> Void) async throws {
        try await run(arguments, .output) { child in try child.readOutput(body) }
    }

    /// Runs it with what `source` sends as its input, on a thread of its own. Where `source` throws, the program is ended
    /// before it could take what came for all there is.
    /// - Throws: as `read`.
    func feed(
        _ arguments: [String], _ source: @escaping @Sendable (_ send: (Data) throws -> Void) throws -> Void
    ) async throws {
        struct ReadsNoLonger: Error {}
        try await run(arguments, .input) { child in
            do {
                try source { data in
                    guard try child.send(data) else { throw ReadsNoLonger() }
                }
            } catch is ReadsNoLonger {
                // It has ended; how is told by its exit code.
            }
            child.endInput()
        }
    }

    private func run(
        _ arguments: [String], _ stream: ChildProcess.Stream,
        _ exchange: @escaping @Sendable (ChildProcess) throws -> Void
    ) async throws {
        try Task.checkCancellation()
        let child = try await start(arguments, stream)
        async let messages = BackgroundThread.run { try child.readMessages() }
        let failure: Result<String?, any Error>
        do {
            failure = .success(
                try await BackgroundThread.run(onCancel: { child.stop() }) {
                    do {
                        try exchange(child)
                    } catch {
                        child.kill()
                        _ = child.wait()
                        throw error
                    }
                    return child.wait()
                })
        } catch {
            failure = .failure(error)
        }
        let text = masked(try await messages).trimmingCharacters(in: .whitespacesAndNewlines)
        try Task.checkCancellation()
        if let status = try failure.get() {
            throw BackupError.programFailed(name: name.rawValue, status: status, message: text)
        }
    }

    /// A program that is being replaced by an upgrade is busy for a moment.
    private func start(_ arguments: [String], _ stream: ChildProcess.Stream) async throws -> ChildProcess {
        for _ in 0..<Self.busyAttemptsMax {
            do {
                return try ChildProcess(path, arguments, environment: environment, stream: stream)
            } catch ChildProcess.Failure.busy {
                try await Task.sleep(for: .milliseconds(Self.busyPauseMilliseconds))
            }
        }
        throw BackupError.system("start", path, code: ETXTBSY)
    }

    /// nil where what it prints is no such program's version.
    private func major() async throws -> Int? {
        let text = Collected()
        try await read(["--version"]) { text.append($0) }
        // Such as "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
        guard let version = text.text.split(separator: ")").dropFirst().first else { return nil }
        return Int(version.drop { $0 == " " }.prefix { $0.isNumber })
    }

    private func masked(_ text: String) -> String {
        secrets.filter { !$0.isEmpty }.reduce(text) { $0.replacingOccurrences(of: $1, with: "********") }
    }
}
