import Foundation

/// The server's programs, run as a user whom the server accepts: it refuses to run as root.
struct PostgresPrograms {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let folder: String
    private let isRoot = geteuid() == 0
    private static let user = "postgres"

    init() throws {
        if let named = ProcessInfo.processInfo.environment["GREENROOM_TEST_POSTGRES_BIN"] {
            folder = named
        } else {
            folder = try Self.output(of: ["pg_config", "--bindir"]).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// Runs a program to its end.
    /// - Throws: `Failure` with what it printed when it did not succeed.
    func run(_ program: String, _ arguments: [String]) throws {
        try runAsServer([folder + "/" + program] + arguments)
    }

    private func runAsServer(_ command: [String]) throws {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let become = ["setpriv", "--reuid=\(Self.user)", "--regid=\(Self.user)", "--init-groups", "--reset-env"]
        let prefix = (isRoot ? become : []) + ["env", "PATH=\(path)", "LC_ALL=C.UTF-8"]
        _ = try Self.output(of: prefix + command)
    }

    func giveAway(_ path: String) throws {
        guard isRoot else { return }
        _ = try Self.output(of: ["chown", "\(Self.user):", path])
    }

    /// Starts a shell that reads from a pipe which only this process can write to. When the process ends, in whatever
    /// way, the shell reads the end of the file, stops the server and deletes its folder.
    func watch(folder cluster: String) throws {
        let script = """
            trap '' HUP INT TERM
            read ignored
            [ -f "$1/data/postmaster.pid" ] && kill -QUIT "$(head -n 1 "$1/data/postmaster.pid")"
            rm -rf "$1"
            """
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(description: "pipe: errno \(errno)") }
        defer { close(ends[0]) }
        // The writing end stays open as long as this process lives, and in no other.
        guard fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0 else { throw Failure(description: "fcntl: errno \(errno)") }
        let silence = open("/dev/null", O_RDWR)
        defer { close(silence) }
        _ = try Self.start(["setsid", "sh", "-c", script, "watch", cluster], input: ends[0], output: silence)
    }

    /// Lets no file grow beyond `bytes` that a process or its children write, as on a full disk; nil for no limit.
    /// Processes that have ended meanwhile are passed over.
    func limitFiles(ofProcess parent: pid_t, bytes: Int?) throws {
        for pid in [parent] + (try Self.children(of: parent)) {
            do {
                // The soft limit alone, which may be raised again.
                try runAsServer([
                    "prlimit", "--pid", "\(pid)", "--fsize=\(bytes.map(String.init) ?? "unlimited"):",
                ])
            } catch  where Foundation.kill(pid, 0) != 0 {
                continue
            }
        }
    }

    private static func children(of parent: pid_t) throws -> [pid_t] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { name -> pid_t? in
            guard let pid = pid_t(name), let file = FileHandle(forReadingAtPath: "/proc/\(name)/stat") else {
                return nil
            }
            defer { file.closeFile() }
            // The name stands in brackets, whatever it holds; behind it come the state and the parent.
            let stat = String(decoding: file.availableData, as: UTF8.self)
            let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
            return fields.count > 2 && pid_t(fields[2]) == parent ? pid : nil
        }
    }

    /// What the program prints goes to a file: the server inherits its output, and a pipe would never end.
    private static func output(of command: [String]) throws -> String {
        let path = NSTemporaryDirectory() + "/gr-output-" + UUID().uuidString
        let silence = open("/dev/null", O_RDWR)
        let file = open(path, O_RDWR | O_CREAT | O_EXCL, 0o600)
        guard silence >= 0, file >= 0 else {
            throw Failure(description: "no file can be made at \(path): errno \(errno)")
        }
        defer {
            close(silence)
            close(file)
            unlink(path)
        }
        let ending = try start(command, input: silence, output: file).wait()
        let text = try String(contentsOfFile: path, encoding: .utf8)
        guard ending == .code(0) else {
            throw Failure(description: "\(command.joined(separator: " ")) ended with \(ending): \(text)")
        }
        return text
    }

    /// The server's user may not enter the folder that the tests run in.
    private static func start(_ command: [String], input: Int32, output: Int32) throws -> Program {
        try Program("env", ["--chdir=/"] + command, input: input, output: output, errors: output)
    }
}
