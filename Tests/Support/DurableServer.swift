import Foundation
public import Storage

/// A PostgreSQL of a test's own, as durable as in production, that may be killed and started again. It is gone with the
/// test process, however that ends.
public final class DurableServer: Sendable {

    private let folder: String
    private let programs: PostgresPrograms
    /// Where its files are.
    public var data: String { folder + "/data" }

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
        guard let pid = try process(), Foundation.kill(pid, SIGKILL) == 0 else {
            throw PostgresPrograms.Failure(description: "the server does not run")
        }
    }

    /// Lets no file of it grow, as when its disk is full. It ends by itself when it cannot write its log.
    public func fillDisk() throws {
        guard let pid = try process() else { throw PostgresPrograms.Failure(description: "the server does not run") }
        try programs.limitFiles(ofProcess: pid, bytes: 4_096)
    }

    /// Makes room again and starts it where it has ended. Blocks.
    public func freeDisk() throws {
        if let pid = try process() {
            try programs.limitFiles(ofProcess: pid, bytes: nil)
            // It may be about to end of what failed before.
            let deadline = Date(timeIntervalSinceNow: Patience.seconds)
            while try process() == pid, Date() < deadline {
                do {
                    try programs.run("pg_isready", ["-h", folder, "-q"])
                    return
                } catch is PostgresPrograms.Failure {
                    usleep(100_000)
                }
            }
        }
        try start()
    }

    /// The number of its first process; nil where it has ended.
    private func process() throws -> pid_t? {
        let path = data + "/postmaster.pid"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let pid = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").first.flatMap { pid_t($0) }
        return pid.flatMap { Foundation.kill($0, 0) == 0 ? $0 : nil }
    }

    /// Starts it and waits until it answers. Blocks.
    public func start() throws {
        let deadline = Date(timeIntervalSinceNow: Patience.seconds)
        while true {
            do {
                return try programs.run(
                    "pg_ctl", ["-D", data, "-w", "-t", "\(Int(Patience.seconds))", "-l", folder + "/log", "start"])
            } catch {
                // Processes of the one that was killed may still hold its shared memory.
                if Date() >= deadline { throw error }
                usleep(100_000)
            }
        }
    }
}
