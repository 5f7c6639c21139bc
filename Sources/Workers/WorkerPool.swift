import Foundation
import Synchronization

/// A fixed number of threads for work that computes long or blocks: index builds, encoding, password hashing.
///
/// Such work must not run on Swift's shared executor, where it would starve requests. Jobs start in the order they were
/// submitted. The queue is bounded: a full queue refuses at once with `WorkerPoolError.queueFull`, so that load is shed
/// where it arrives. A job cancelled while it waits never starts; a started job runs to its end.
public final class WorkerPool: Sendable {
    /// Names the threads and stands in error messages.
    public let name: String
    public let threadCount: Int
    /// How many jobs may wait, running ones not counted.
    public let queueDepthMax: Int

    private let queue: JobQueue

    /// Starts the threads, which live until `shutdown()`.
    /// - Parameter niceness: 0...19; threads of a higher one leave the processors to others. Threads that jobs start
    ///   inherit it.
    public init(name: String, threadCount: Int, queueDepthMax: Int, niceness: Int32 = 0) {
        precondition(threadCount > 0 && queueDepthMax > 0 && (0...19).contains(niceness))
        self.name = name
        self.threadCount = threadCount
        self.queueDepthMax = queueDepthMax
        let queue = JobQueue(depthMax: queueDepthMax)
        self.queue = queue
        for index in 0..<threadCount {
            let thread = Thread {
                ThreadPriority.lower(to: niceness)
                queue.runUntilStopped()
            }
            thread.name = "\(name)-\(index)"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    /// Jobs waiting now.
    public var queueDepth: Int { queue.depth }

    /// Runs `work` on one of the pool's threads and returns its result.
    /// - Throws: what `work` throws; `WorkerPoolError` when the queue is full or the pool stopped; `CancellationError`
    ///   when the task was cancelled before the job started.
    public func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        let job = Job()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
                let refusal = queue.submit {
                    guard job.start() else { return continuation.resume(throwing: CancellationError()) }
                    continuation.resume(with: Result(catching: work))
                } cancel: {
                    continuation.resume(throwing: WorkerPoolError.stopped(pool: self.name))
                }
                switch refusal {
                case nil: break
                case .full:
                    continuation.resume(throwing: WorkerPoolError.queueFull(pool: name, queueDepthMax: queueDepthMax))
                case .stopped: continuation.resume(throwing: WorkerPoolError.stopped(pool: name))
                }
            }
        } onCancel: {
            job.cancel()
        }
    }

    /// Refuses new jobs, fails the waiting ones with `WorkerPoolError.stopped` and ends the threads after their
    /// present job. Does not wait for them.
    public func shutdown() { queue.stop() }

    deinit { queue.stop() }
}

/// Why a pool did not take a job.
public enum WorkerPoolError: Error, Equatable, CustomStringConvertible {
    case queueFull(pool: String, queueDepthMax: Int)
    case stopped(pool: String)

    public var description: String {
        switch self {
        case .queueFull(let pool, let depth):
            "the worker pool '\(pool)' has \(depth) jobs waiting, its maximum: retry later or send less at once"
        case .stopped(let pool): "the worker pool '\(pool)' has stopped"
        }
    }
}

/// Settles the race between the start of a job and its cancellation: one of the two wins.
private final class Job: Sendable {
    private enum Phase { case waiting, started, cancelled }
    private let phase = Mutex(Phase.waiting)

    func start() -> Bool {
        phase.withLock { phase in
            guard phase == .waiting else { return false }
            phase = .started
            return true
        }
    }

    func cancel() {
        phase.withLock { phase in
            if phase == .waiting { phase = .cancelled }
        }
    }
}
