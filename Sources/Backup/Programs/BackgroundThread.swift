import Foundation
import Synchronization

/// Runs calls that block, on a file, a pipe or a child process, on a thread of their own: Swift's few shared threads must
/// not wait for them. One thread for each call; the callers of this module start two at a time.
enum BackgroundThread {
    private static let stackBytes = 1 << 20

    /// Returns what `body` returns. When the task is cancelled, `onCancel` is called, which should make `body` end, and
    /// `checkCancellation` throws within `body`.
    static func run<Value: Sendable>(
        onCancel: @escaping @Sendable () -> Void = {}, _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        let worker = Worker()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                worker.start { continuation.resume(with: Result(catching: body)) }
            }
        } onCancel: {
            worker.cancel()
            onCancel()
        }
    }

    /// - Throws: `CancellationError` on a thread of `run` whose task was cancelled.
    static func checkCancellation() throws {
        if Thread.current.isCancelled { throw CancellationError() }
    }

    /// A thread whose task may be cancelled before it is started: it runs all the same, and finds itself cancelled.
    private final class Worker: Sendable {
        private struct State {
            var isCancelled = false
            var thread: Thread?
        }

        private let state = Mutex(State())

        func start(_ body: @escaping @Sendable () -> Void) {
            state.withLock { state in
                let thread = Thread(block: body)
                thread.name = "backup"
                thread.stackSize = BackgroundThread.stackBytes
                state.thread = thread
                thread.start()
                // Not before: a thread that is cancelled before its start never runs, and nobody would be answered.
                if state.isCancelled { thread.cancel() }
            }
        }

        func cancel() {
            state.withLock { state in
                state.isCancelled = true
                state.thread?.cancel()
            }
        }
    }
}
