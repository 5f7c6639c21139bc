import Foundation
import Synchronization

@testable import greenroom

/// One of the instances that a fault run kills and starts again.
final class FaultInstance: Sendable {
    private struct State {
        var process: Process?
        var service: RunningService?
        var starts = 0
    }

    let number: Int
    let folder: URL
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
    /// - Parameter fileKilobytesMax: no file that it writes can grow beyond that, as on a full disk.
    func start(fileKilobytesMax: Int? = nil) async throws {
        guard isDown else { return }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let starts = state.withLock { state in
            state.starts += 1
            return state.starts
        }
        let log = folder.appending(path: "log-\(starts)")
        try Data().write(to: log)
        let process = Process()
        let binary = try Command.binary()
        if let kilobytes = fileKilobytesMax {
            // Without the signal ignored, the limit would end the process instead of failing the write.
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", "trap '' XFSZ; ulimit -f \(kilobytes * 2); exec \"$0\" serve", binary.path]
        } else {
            process.executableURL = binary
            process.arguments = ["serve"]
        }
        process.environment = environment
        // Not to the file itself, whose size would be limited too.
        let pipe = Pipe()
        process.standardError = pipe
        let sink = try FileHandle(forWritingTo: log)
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil } else { sink.write(data) }
        }
        try process.run()
        state.withLock { $0.process = process }
        let port = try await Command.port(in: log, of: process)
        let service = RunningService(
            port: port, environment: environment, process: ServiceProcess(pid: process.processIdentifier))
        state.withLock { $0.service = service }
    }

    func kill() async throws {
        let process = state.withLock { state in
            defer { state = State(process: nil, service: nil, starts: state.starts) }
            return state.process
        }
        guard let process, process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        try await Command.waitUntilEnded(process)
    }

    /// Ends it in order.
    func stop() async throws {
        let process = state.withLock { state in
            defer { state = State(process: nil, service: nil, starts: state.starts) }
            return state.process
        }
        process?.terminate()
        if let process { try await Command.waitUntilEnded(process) }
    }

    /// It may have ended by itself, when its database was away as it started.
    func waitUntilReady(seconds: Double) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
        while ContinuousClock.now < deadline {
            if isDown {
                state.withLock { $0.service = nil }
                do {
                    try await start()
                } catch let error as Command.Failed {
                    // Tried again until the time is over, and told then.
                    if ContinuousClock.now.advanced(by: .seconds(1)) >= deadline { throw error }
                }
            }
            if let service, try await Command.isReady(service) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Command.Failed(description: "instance \(number) does not become ready within \(seconds) s")
    }

    /// Damages one byte of one of its snapshot's files, if there are any. It must be down.
    func damageSnapshot(using generator: inout some RandomNumberGenerator) throws {
        let vectors = folder.appending(path: "vectors/questions")
        guard FileManager.default.fileExists(atPath: vectors.path) else { return }
        let names = try FileManager.default.contentsOfDirectory(atPath: vectors.path).sorted()
        guard let name = names.randomElement(using: &generator) else { return }
        let file = vectors.appending(path: name)
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
