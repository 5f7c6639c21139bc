import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Storage

@Suite struct EventLoopThreadTests {
    actor Resident {
        nonisolated let loop: EventLoopThread
        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
        private var count = 0

        init(loop: EventLoopThread) { self.loop = loop }

        func add() -> Bool {
            count += 1
            return loop.isIsolatingCurrentContext() == true
        }
        var total: Int { count }
    }

    @Test func runsItsActorsAndTheTasksThatPreferIt() async throws {
        let loop = EventLoopThread(name: "test")
        let resident = Resident(loop: loop)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<1_000 { group.addTask { await resident.add() } }
            for await isOnThread in group { #expect(isOnThread) }
        }
        #expect(await resident.total == 1_000)
        #expect(loop.isIsolatingCurrentContext() == false)
        let preferring = Task(executorPreference: loop) { loop.isIsolatingCurrentContext() == true }
        #expect(await preferring.value)
    }

    @Test func firesTimersInTheirOrderAndNeverEarly() async {
        let loop = EventLoopThread(name: "test")
        let started = ContinuousClock.now
        let fired = await withCheckedContinuation { continuation in
            loop.execute {
                let order = Mutex<[Int]>([])
                let cancelled = loop.schedule(at: started.advanced(by: .milliseconds(1))) {
                    order.withLock { $0.append(0) }
                }
                loop.cancelTimer(cancelled)
                for delay in [30, 10, 20] {
                    _ = loop.schedule(at: started.advanced(by: .milliseconds(delay))) {
                        order.withLock { $0.append(delay) }
                        if delay == 30 { continuation.resume(returning: order.withLock { $0 }) }
                    }
                }
            }
        }
        #expect(fired == [10, 20, 30])
        #expect(started.duration(to: .now) >= .milliseconds(30))
    }

    @Test func tellsWhenADescriptorIsReadyAndForgetsIt() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        let loop = EventLoopThread(name: "test")
        let readiness = await withCheckedContinuation { continuation in
            loop.execute {
                let token = Atomic<UInt64>(0)
                let registered = loop.register(descriptor: reading, interest: .readable) { readiness in
                    loop.unregister(token.load(ordering: .relaxed), descriptor: reading)
                    continuation.resume(returning: readiness)
                }
                token.store(registered, ordering: .relaxed)
                close(writing)
            }
        }
        #expect(readiness.contains(.hungUp))
        close(reading)
    }

    @Test func endsWithItsLastReference() async throws {
        weak var gone: EventLoopThread?
        do {
            let loop = EventLoopThread(name: "test")
            gone = loop
            #expect(await Resident(loop: loop).add())
        }
        // The thread may hold the loop until the batch of jobs that it runs has ended.
        try await until("it is gone") { gone == nil }
    }

    @Test func aBlockingThreadRefusesWhatDoesNotFit() async {
        let thread = BlockingThread(name: "test", queueDepthMax: 2)
        let hold = DispatchSemaphore(value: 0)
        let isRunning = DispatchSemaphore(value: 0)
        #expect(
            thread.submit {
                isRunning.signal(); hold.wait()
            })
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                isRunning.wait()
                continuation.resume()
            }
        }
        let ran = Atomic<Int>(0)
        let last = await withCheckedContinuation { continuation in
            #expect(thread.submit { ran.add(1, ordering: .relaxed) })
            #expect(thread.submit { continuation.resume(returning: ran.add(1, ordering: .relaxed).newValue) })
            #expect(!thread.submit { Issue.record("this did not fit") })
            hold.signal()
        }
        #expect(last == 2)
    }
}
