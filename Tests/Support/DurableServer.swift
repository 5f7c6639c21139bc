import Foundation
public import Storage

/// A PostgreSQL of a test's own, as durable as in production, that may be killed and started again. It is gone with the
/// test process, however that ends.
public final class DurableServer: Sendable {
    private static let startSecondsMax = 60.0

    private let folder: String
    private let programs: PostgresPrograms
    private var data: String { folder + "/data" }

    /// Makes and starts it. Blocks for some seconds.
    /// - Parameter settings: more lines of postgresql.conf.
    public init(settings: [String] = []) throws {
        programs = try PostgresPrograms()
        folder = try TestCluster.makeFolder(for: programs)
        try programs.watch(folder: folder)
        try programs.run(
            "initdb", ["-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"])
        let lines =
            [
                "listen_addresses = ''", "unix_socket_directories = '\(folder)'", "max_connections = 200",
                "shared_buffers = 64MB",
            ] + settings
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: data + "/postgresql.conf"))
        try file.seekToEnd()
        try file.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
        try file.close()
        try start()
    }

    /// Makes and starts a streaming replica of it. Blocks for some seconds. The primary needs `wal_level = replica`, which
    /// is PostgreSQL's own choice.
    public func replica() throws -> DurableServer { try DurableServer(following: self) }

    private init(following primary: DurableServer) throws {
        programs = primary.programs
        folder = try TestCluster.makeFolder(for: programs)
        try programs.watch(folder: folder)
        try programs.run(
            "pg_basebackup",
            [
                "-D", data, "-h", primary.folder, "-U", "postgres", "--checkpoint=fast", "--write-recovery-conf", "-X",
                "stream",
            ])
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: data + "/postgresql.conf"))
        try file.seekToEnd()
        try file.write(contentsOf: Data("unix_socket_directories = '\(folder)'\n".utf8))
        try file.close()
        try start()
    }

    /// Of the database `postgres`, as the superuser.
    public var url: String { "postgres:///postgres?host=\(folder)&user=postgres" }

    public func configuration() throws -> DatabaseConfiguration {
        try DatabaseConfiguration(url: url, poolSize: 2, overflow: 2, statementTimeoutSeconds: 60)
    }

    /// Ends it at once, as when its machine loses power and the disk's cache survives. It leaves processes that end by
    /// themselves a moment later.
    public func kill() throws {
        let lines = try String(contentsOfFile: data + "/postmaster.pid", encoding: .utf8).split(separator: "\n")
        guard let pid = lines.first.flatMap({ pid_t($0) }), Foundation.kill(pid, SIGKILL) == 0 else {
            throw PostgresPrograms.Failure(description: "the server does not run: \(lines)")
        }
    }

    /// Starts it and waits until it answers. Blocks.
    public func start() throws {
        let deadline = Date(timeIntervalSinceNow: Self.startSecondsMax)
        while true {
            do {
                return try programs.run("pg_ctl", ["-D", data, "-w", "-t", "60", "-l", folder + "/log", "start"])
            } catch {
                // Processes of the one that was killed may still hold its shared memory.
                if Date() >= deadline { throw error }
                usleep(100_000)
            }
        }
    }
}
