import Foundation
import Synchronization
import Testing
import Workers

@Suite struct WorkerPoolTests {
    @Test func returnsWhatTheWorkReturnsOrThrows() async throws {
        struct Broken: Error, Equatable {}
        let pool = WorkerPool(name: "test", threadCount: 2, queueDepthMax: 8)
        #expect(try await pool.run { 6 * 7 } == 42)
        await #expect(throws: Broken()) { try await pool.run { throw Broken() } }
    }

    @Test func runsNoMoreAtOnceThanItHasThreads() async throws {
        let pool = WorkerPool(name: "test", threadCount: 3, queueDepthMax: 1_000)
        let load = Load()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<300 {
                group.addTask {
                    try await pool.run {
                        load.enter()
                        for _ in 0..<200 { sched_yield() }
                        load.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(load.highest <= 3)
        #expect(load.total == 300)
    }

    @Test func refusesWhatExceedsTheQueueAndFailsWaitersOnShutdown() async throws {
        let pool = WorkerPool(name: "small", threadCount: 1, queueDepthMax: 1)
        let gate = Gate()
        let running = Task { try await pool.run { gate.waitUntilOpen() } }
        await gate.waitUntilReached()
        let waiting = Task { try await pool.run { 1 } }
        while pool.queueDepth == 0 { await Task.yield() }
        await #expect(throws: WorkerPoolError.queueFull(pool: "small", queueDepthMax: 1)) { try await pool.run { 2 } }
        pool.shutdown()
        await #expect(throws: WorkerPoolError.stopped(pool: "small")) { try await waiting.value }
        gate.open()
        try await running.value
        await #expect(throws: WorkerPoolError.stopped(pool: "small")) { try await pool.run { 3 } }
    }

    @Test func cancelledWhileWaitingNeverStarts() async throws {
        let pool = WorkerPool(name: "test", threadCount: 1, queueDepthMax: 4)
        let gate = Gate()
        let started = Mutex(false)
        let running = Task { try await pool.run { gate.waitUntilOpen() } }
        await gate.waitUntilReached()
        let waiting = Task { try await pool.run { started.withLock { $0 = true } } }
        while pool.queueDepth == 0 { await Task.yield() }
        waiting.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        try await running.value
        #expect(started.withLock { $0 } == false)
    }
}

/// Counts how many are inside at once.
private final class Load: Sendable {
    private let counts = Mutex((now: 0, highest: 0, total: 0))
    var highest: Int { counts.withLock { $0.highest } }
    var total: Int { counts.withLock { $0.total } }
    func enter() {
        counts.withLock {
            $0.now += 1
            $0.total += 1
            $0.highest = max($0.highest, $0.now)
        }
    }
    func leave() { counts.withLock { $0.now -= 1 } }
}

/// Lets a test know that a job runs, and hold it there. Only the job's thread blocks: a test that did would hold one of
/// the few threads that the job's own task needs.
private final class Gate: Sendable {
    private let reached = Mutex(false)
    private let opened = DispatchSemaphore(value: 0)

    func waitUntilOpen() {
        reached.withLock { $0 = true }
        opened.wait()
    }

    func waitUntilReached() async {
        while !reached.withLock({ $0 }) { await Task.yield() }
    }

    func open() { opened.signal() }
}
