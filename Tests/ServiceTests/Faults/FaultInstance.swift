import Foundation
import Synchronization
import TestSupport

@testable import greenroom

/// One of the instances that a fault run kills and starts again.
final class FaultInstance: Sendable {
    /// What is wrong with the machine of an instance for as long as it runs.
    enum Condition: Sendable {
        /// No file that it writes can grow beyond that.
        case fullDisk(kilobytesMax: Int)
        /// Nothing can be written where its snapshots are.
        case readOnlyDisk
        /// Its clock jumps, as `jump(seconds:)` says.
        case jumpingClock
    }

    private struct State {
        var process: Program?
        var service: RunningService?
        var starts = 0
    }

    let number: Int
    let folder: URL
    /// Where its snapshots are.
    private var vectors: URL { folder.appending(path: "vectors") }
    /// What its clock is ahead by, where it jumps.
    private var clock: URL { folder.appending(path: "clock") }
    private let environment: [String: String]
    private let state = Mutex(State())

    init(number: Int, folder: URL, environment: [String: String]) {
        self.number = number
        self.folder = folder.appending(path: "instance-\(number)")
        var environment = environment
        environment["VECTOR_SNAPSHOT_DIR"] = self.folder.appending(path: "vectors").path
        environment["AUTO_SNAPSHOT_OPERATIONS"] = "20"
        self.environment = environment
    }

    /// nil while it is down.
    var service: RunningService? { state.withLock { $0.service } }

    private var isDown: Bool { state.withLock { !($0.process?.isRunning ?? false) } }

    /// Starts it unless it runs; does not wait until it is ready.
    func start(_ condition: Condition? = nil) async throws {
        guard isDown else { return }
        try FileManager.default.createDirectory(at: vectors, withIntermediateDirectories: true)
        let starts = state.withLock { state in
            state.starts += 1
            return state.starts
        }
        let log = folder.appending(path: "log-\(starts)")
        try Data().write(to: log)
        let variables = try variables(condition)
        // Not to the file itself, whose size would be limited too.
        let pipe = Pipe()
        let sink = try FileHandle(forWritingTo: log)
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil } else { sink.write(data) }
        }
        let process = try Program(
            "/bin/sh", ["-c", Self.script(condition), try Command.binary().path, vectors.path],
            environment: environment.merging(variables) { $1 }, errors: pipe.fileHandleForWriting.fileDescriptor)
        try pipe.fileHandleForWriting.close()
        state.withLock { $0.process = process }
        let port = try await Command.port(in: log, of: process)
        let service = RunningService(port: port, environment: environment, process: process)
        state.withLock { $0.service = service }
    }

    private static func script(_ condition: Condition?) -> String {
        switch condition {
        case .fullDisk(let kilobytes):
            // Without the signal ignored, the limit would end the process instead of failing the write.
            "trap '' XFSZ; ulimit -f \(kilobytes * 2); exec \"$0\" serve"
        case .readOnlyDisk:
            """
            exec unshare -m sh -c 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && exec "$0" serve' "$0" "$1"
            """
        case .jumpingClock, nil: "exec \"$0\" serve"
        }
    }

    private func variables(_ condition: Condition?) throws -> [String: String] {
        guard case .jumpingClock = condition, let library = Self.clockLibrary else { return [:] }
        try setClock(0)
        return [
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": clock.path, "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        ]
    }

    /// Sets the clock of an instance that runs with a jumping one so far ahead, or behind where it is negative, and waits
    /// until it has it.
    func jump(seconds: Double) async throws {
        try setClock(seconds)
        let deadline = ContinuousClock.now.advanced(by: .seconds(Patience.seconds))
        while ContinuousClock.now < deadline {
            let told = try await service?.call("GET", "/health").body["timestamp"].string
            let time = try told.map {
                try Date($0, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            }
            if let time, abs(time.timeIntervalSinceNow - seconds) < abs(seconds) / 10 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Command.Failed(description: "the clock of instance \(number) does not jump by \(seconds) s")
    }

    private func setClock(_ seconds: Double) throws {
        try Data("\(seconds < 0 ? "" : "+")\(Int(seconds))s".utf8).write(to: clock, options: .atomic)
    }

    /// The library that changes what a process takes for the time; nil where it is not installed.
    static let clockLibrary: String? = {
        let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/local/lib"]
        return folders.map { $0 + "/faketime/libfaketimeMT.so.1" }.first { FileManager.default.fileExists(atPath: $0) }
    }()

    /// Whether this process may give another one its own view of the file system.
    static func canMount() async throws -> Bool {
        try await Program("/bin/sh", ["-c", "unshare -m true"]).ended() == .code(0)
    }

    func kill() async throws {
        let process = state.withLock { state in
            defer { state = State(process: nil, service: nil, starts: state.starts) }
            return state.process
        }
        guard let process, process.isRunning else { return }
        process.signal(SIGKILL)
        _ = try await process.ended()
    }

    /// Ends it in order.
    func stop() async throws {
        let process = state.withLock { state in
            defer { state = State(process: nil, service: nil, starts: state.starts) }
            return state.process
        }
        process?.signal(SIGTERM)
        _ = try await process?.ended()
    }

    /// It may have ended by itself, when its database was away as it started.
    func waitUntilReady() async throws {
        var failure: Command.Failed?
        do {
            try await until("instance \(number) is ready") {
                if isDown {
                    state.withLock { $0.service = nil }
                    do {
                        try await start()
                    } catch let error as Command.Failed {
                        // Tried again until the time is over, and told then.
                        failure = error
                    }
                }
                guard let service else { return false }
                return try await Command.isReady(service)
            }
        } catch let error as Patience.Exhausted {
            throw failure ?? error
        }
    }

    /// Damages one byte of one of its snapshot's files, if there are any. It must be down.
    func damageSnapshot(using generator: inout some RandomNumberGenerator) throws {
        let questions = vectors.appending(path: "questions-1")
        guard FileManager.default.fileExists(atPath: questions.path) else { return }
        let names = try FileManager.default.contentsOfDirectory(atPath: questions.path).sorted()
        guard let name = names.randomElement(using: &generator) else { return }
        let file = questions.appending(path: name)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue else {
            return
        }
        var bytes = try Data(contentsOf: file)
        guard let place = bytes.indices.randomElement(using: &generator) else { return }
        bytes[place] ^= 0x40
        try bytes.write(to: file)
    }
}
