import CSpawn
import Foundation
import Synchronization

/// A program that a test started.
///
/// Not by Foundation's Process: that one takes a child for running as long as anybody has a descriptor that it made for
/// it, and a child that another thread starts at that moment, say a database server, has it for as long as it lives.
public final class Program: Sendable {
    public enum Ending: Sendable, Equatable {
        case code(Int32)
        case signal(Int32)
    }

    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    private struct State {
        var ending: Ending?
        var wasKilled = false
    }

    private let pid: pid_t
    private let state = Mutex(State())

    /// Starts it with three descriptors and no other.
    /// - Parameters:
    ///   - name: a path, or a name to be looked for in PATH.
    ///   - environment: all of it; the test's own where nil.
    ///   - input: a descriptor, nothing to read where nil; `output` and `errors` likewise.
    public init(
        _ name: String, _ arguments: [String], environment: [String: String]? = nil, input: Int32? = nil,
        output: Int32? = nil, errors: Int32? = nil
    ) throws {
        let silence = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard silence >= 0 else { throw Failure(description: "/dev/null cannot be opened: errno \(errno)") }
        defer { close(silence) }
        let words = ([name] + arguments).map { strdup($0) } + [nil]
        let variables = (environment ?? ProcessInfo.processInfo.environment).map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        let code = greenroom_spawn(&pid, name, words, variables, input ?? silence, output ?? silence, errors ?? silence)
        guard code == 0 else { throw Failure(description: "\(name) cannot be started: errno \(code)") }
        self.pid = pid
    }

    /// nil while it runs.
    public var ending: Ending? { ending(WNOHANG) }

    /// Whether the test ended it by force, or wanted it ended if it was not.
    public var wasKilled: Bool { state.withLock(\.wasKilled) }

    public var isRunning: Bool { ending == nil }

    /// Blocks until it has ended.
    public func wait() -> Ending {
        while true {
            if let ending = ending(0) { return ending }
        }
    }

    /// Waits without holding a thread that other tests need; kills it where it does not end.
    public func ended() async throws -> Ending {
        do {
            try await until("process \(pid) has ended") { !isRunning }
        } catch {
            signal(SIGKILL)
            throw error
        }
        return wait()
    }

    /// Nothing happens where its end is known.
    public func signal(_ number: Int32) {
        state.withLock { state in
            if number == SIGKILL { state.wasKilled = true }
            if state.ending == nil { kill(pid, number) }
        }
    }

    private func ending(_ options: Int32) -> Ending? {
        state.withLock { state in
            if let ending = state.ending { return ending }
            var status: Int32 = 0
            guard waitpid(pid, &status, options) == pid else { return nil }
            let signal = status & 0x7F
            state.ending = signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
            return state.ending
        }
    }
}
