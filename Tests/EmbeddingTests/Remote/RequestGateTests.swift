import Synchronization
import TestSupport
import Testing

@testable import Embedding

@Suite struct RequestGateTests {
    @Test func letsNoMoreThroughThanMay() async throws {
        let gate = RequestGate(concurrencyMax: 3, waitingMax: 100)
        let count = InsideCount()
        try await withThrowingTaskGroup { group in
            for _ in 0..<50 {
                group.addTask {
                    try await gate.enter()
                    count.change(by: 1)
                    for _ in 0..<20 { await Task.yield() }
                    count.change(by: -1)
                    gate.leave()
                }
            }
            try await group.waitForAll()
        }
        #expect(count.max == 3 && gate.running == 0 && gate.waiting == 0)
    }

    @Test func refusesWhenTooManyWait() async throws {
        let gate = RequestGate(concurrencyMax: 1, waitingMax: 1)
        try await gate.enter()
        let waiting = Task { try await gate.enter() }
        while gate.waiting == 0 { await Task.yield() }
        await #expect(throws: RequestGate.Full.self) { try await gate.enter() }
        gate.leave()
        try await waiting.value
        #expect(gate.running == 1)
        gate.leave()
        #expect(gate.running == 0)
    }

    @Test func aCancelledTaskLeavesTheQueueAndTakesNoPlace() async throws {
        let gate = RequestGate(concurrencyMax: 1, waitingMax: 5)
        try await gate.enter()
        let given = Task { try await gate.enter() }
        while gate.waiting == 0 { await Task.yield() }
        given.cancel()
        await #expect(throws: CancellationError.self) { try await given.value }
        #expect(gate.waiting == 0)
        gate.leave()
        #expect(gate.running == 0)
    }

    /// Tasks that come, wait, are cancelled and leave in any order: no place is lost.
    @Test(arguments: [1, 2, 3]) func losesNoPlace(seed: UInt64) async {
        let gate = RequestGate(concurrencyMax: 4, waitingMax: 20)
        await withTaskGroup { group in
            for number in 0..<300 {
                group.addTask {
                    var generator = SeededGenerator(seed: seed &* 1_000 &+ UInt64(number))
                    let (yields, isCancelled) = (generator.below(30), generator.chance(0.4))
                    let task = Task {
                        try await gate.enter()
                        for _ in 0..<yields { await Task.yield() }
                        gate.leave()
                    }
                    for _ in 0..<yields { await Task.yield() }
                    if isCancelled { task.cancel() }
                    _ = await task.result
                }
            }
        }
        #expect(gate.running == 0 && gate.waiting == 0, "seed \(seed)")
    }
}

/// How many are inside, and how many were at most.
private final class InsideCount: Sendable {
    private let state = Mutex((inside: 0, max: 0))

    var max: Int { state.withLock { $0.max } }

    func change(by step: Int) {
        state.withLock { state in
            state.inside += step
            state.max = Swift.max(state.max, state.inside)
        }
    }
}
