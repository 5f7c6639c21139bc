import CSpawn
import Foundation
import Synchronization

/// A program of PostgreSQL under way: one end of a stream to or from it, and what it says on standard error.
///
/// Not by Foundation's Process: it takes a child for running as long as any descendant has its descriptors, and its
/// waiting needs a run loop.
final class ChildProcess: Sendable {
    /// Which of its streams the parent is at the other end of; the other one leads nowhere.
    enum Stream { case output, input }

    enum Failure: Error {
        /// Somebody has the program's file open for writing.
        case busy
    }

    /// Of its messages: the last ones are kept.
    static let messageBytesMax = 16 * 1_024
    /// How long it may take to end by itself after it was asked to.
    private static let patienceSeconds = 5.0
    private static let pieceBytes = 256 * 1_024

    private struct State {
        /// nil when it has ended and its number may be another's.
        var pid: pid_t?
        var wasStopped = false
    }

    private let state: Mutex<State>
    private let stream: Descriptor
    private let messages: Descriptor

    /// - Parameters:
    ///   - environment: all of it; nothing is inherited, no open file either.
    /// - Throws: `BackupError.file` when the system cannot start it.
    init(_ path: String, _ arguments: [String], environment: [String: String], stream: Stream) throws {
        // A socket, so that writing to a program that has ended is an error and no signal.
        let (near, far) = try Self.pair(path)
        let (messages, messagesFar) = try Self.pair(path)
        let silence = Descriptor(open("/dev/null", O_RDWR | O_CLOEXEC))
        guard silence.number >= 0 else { throw BackupError.system("open", "/dev/null") }
        let words = ([path] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        // The child's ends must be open until it has them.
        let code = withExtendedLifetime((far, messagesFar, silence)) {
            greenroom_spawn(
                &pid, path, words, variables, stream == .input ? far.number : silence.number,
                stream == .output ? far.number : silence.number, messagesFar.number)
        }
        if code == ETXTBSY { throw Failure.busy }
        guard code == 0 else { throw BackupError.system("start", path, code: code) }
        self.stream = near
        self.messages = messages
        state = Mutex(State(pid: pid))
    }

    /// Hands out what the program prints until it ends its output. Blocks.
    func readOutput(_ body: (Data) throws -> Void) throws {
        while let piece = try stream.receive(Self.pieceBytes) { try body(piece) }
    }

    /// Sends to its standard input. Blocks.
    /// - Returns: false when the program reads no longer.
    func send(_ data: Data) throws -> Bool { try stream.send(data) }

    /// The program reads the end of its input.
    func endInput() { shutdown(stream.number, Int32(SHUT_WR)) }

    /// The end of what it says, until it ends. Blocks.
    func readMessages() throws -> String {
        var tail = Data()
        while let piece = try messages.receive(4_096) {
            tail.append(piece)
            if tail.count > Self.messageBytesMax { tail = Data(tail.suffix(Self.messageBytesMax)) }
        }
        return String(decoding: tail, as: UTF8.self)
    }

    /// Waits for its end. Blocks.
    /// - Returns: nil when it succeeded, otherwise how it ended.
    func wait() -> String? {
        guard let pid = state.withLock({ $0.pid }) else { return nil }
        var info = siginfo_t()
        // Leaves its number taken, so that nobody signals another process in the meantime.
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        var status: Int32 = 0
        state.withLock { state in
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            state.pid = nil
        }
        // A program that it started may live on with its descriptors: nobody waits for that one.
        shutdown(stream.number, Int32(SHUT_RDWR))
        shutdown(messages.number, Int32(SHUT_RDWR))
        if status == 0 { return nil }
        let signal = status & 0x7F
        return signal == 0 ? "ended with code \((status >> 8) & 0xFF)" : "was ended by signal \(signal)"
    }

    /// Asks it to end, and after five seconds makes it.
    func stop() {
        signal(SIGTERM)
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.patienceSeconds) { [self] in signal(SIGKILL) }
    }

    /// Ends it at once.
    func kill() { signal(SIGKILL) }

    private func signal(_ number: Int32) {
        state.withLock { state in
            // What it fails at is a program that has just ended, which is what was wanted.
            if let pid = state.pid { _ = Foundation.kill(pid, number) }
        }
    }

    private static func pair(_ path: String) throws -> (Descriptor, Descriptor) {
        var ends: [Int32] = [-1, -1]
        #if canImport(Glibc)
            let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        #else
            let type = SOCK_STREAM
        #endif
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw BackupError.system("make a socket for", path) }
        return (Descriptor(ends[0]), Descriptor(ends[1]))
    }

    /// An open file of this process.
    private final class Descriptor: Sendable {
        let number: Int32

        init(_ number: Int32) { self.number = number }

        deinit { close(number) }

        /// nil at the end.
        func receive(_ count: Int) throws -> Data? {
            var data = Data(count: count)
            while true {
                let received = data.withUnsafeMutableBytes { read(number, $0.baseAddress, count) }
                if received < 0, errno == EINTR { continue }
                guard received >= 0 else { throw BackupError.system("read from", "a program") }
                return received == 0 ? nil : Data(data.prefix(received))
            }
        }

        func send(_ data: Data) throws -> Bool {
            #if canImport(Glibc)
                let flags = Int32(MSG_NOSIGNAL)
            #else
                let flags: Int32 = 0
            #endif
            var sent = 0
            while sent < data.count {
                let count = data.withUnsafeBytes { bytes in
                    Foundation.send(number, bytes.baseAddress.map { $0 + sent }, data.count - sent, flags)
                }
                if count < 0, errno == EINTR { continue }
                if count < 0, errno == EPIPE || errno == ECONNRESET { return false }
                guard count > 0 else { throw BackupError.system("write to", "a program") }
                sent += count
            }
            return true
        }
    }
}
