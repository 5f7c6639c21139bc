import Foundation
import Synchronization

/// One thread for the few C calls that can only block: name resolution and sending a cancel request.
///
/// Calls run in the order they came. The queue is bounded, and a full queue refuses.
final class BlockingThread: Sendable {
    private let queue: BlockingQueue

    init(name: String, queueDepthMax: Int) {
        queue = BlockingQueue(depthMax: queueDepthMax)
        let thread = Thread { [queue] in queue.run() }
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }

    deinit { queue.stop() }

    /// - Returns: false when the queue is full; `call` is never run then.
    func submit(_ call: @escaping @Sendable () -> Void) -> Bool { queue.submit(call) }
}

/// `@unchecked Sendable`: every stored property is read and written between `lock()` and `unlock()` of `condition`.
private final class BlockingQueue: @unchecked Sendable {
    private let depthMax: Int
    private let condition = NSCondition()
    private var calls: [@Sendable () -> Void] = []
    private var isStopped = false

    init(depthMax: Int) { self.depthMax = depthMax }

    func submit(_ call: @escaping @Sendable () -> Void) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard calls.count < depthMax else { return false }
        calls.append(call)
        condition.signal()
        return true
    }

    func stop() {
        condition.lock()
        isStopped = true
        condition.signal()
        condition.unlock()
    }

    /// Calls submitted before `stop` are still run: somebody waits for each of them.
    func run() {
        while let call = next() { call() }
    }

    private func next() -> (@Sendable () -> Void)? {
        condition.lock()
        defer { condition.unlock() }
        while calls.isEmpty && !isStopped { condition.wait() }
        return calls.isEmpty ? nil : calls.removeFirst()
    }
}
