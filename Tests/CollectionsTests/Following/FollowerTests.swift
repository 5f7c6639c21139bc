import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import VectorCollections

/// A source that fails, repeats itself and gives less than asked, as the seed has it.
private final class FaultySource: ChangeSource {
    struct Fault: Error {}

    let memory: MemoryChangeSource
    private let generator: Mutex<SeededGenerator>
    private let failureShare: Double
    private let faults = Mutex(0)

    init(_ memory: MemoryChangeSource, failureShare: Double, seed: UInt64) {
        self.memory = memory
        self.failureShare = failureShare
        generator = Mutex(SeededGenerator(seed: seed))
    }

    var faultsCount: Int { faults.withLock { $0 } }

    private func mayFail() throws {
        guard generator.withLock({ $0.chance(failureShare) }) else { return }
        faults.withLock { $0 += 1 }
        throw Fault()
    }

    func load(after cursor: UUID?, limit: Int) async throws -> LoadPage {
        try mayFail()
        let page = try await memory.load(after: cursor, limit: min(limit, 7))
        try mayFail()
        return page
    }

    func changes(after position: Position, limit: Int) async throws -> [Change] {
        try mayFail()
        let changes = try await memory.changes(after: position, limit: min(limit, 5))
        // Some of what was given before comes again.
        let again = position > 3 ? try await memory.changes(after: Position(position.rawValue - 3), limit: 3) : []
        return generator.withLock { $0.chance(0.3) } && !changes.isEmpty
            ? again.filter { $0.position <= position } + changes : changes
    }

    func head() async throws -> Position {
        try mayFail()
        return try await memory.head()
    }

    func waitForChange(timeoutSeconds: Double) async throws {
        try mayFail()
        try await memory.waitForChange(timeoutSeconds: timeoutSeconds)
    }
}

/// A source in which something changes after each page of a load.
private struct RestlessSource: ChangeSource {
    let memory: MemoryChangeSource
    let afterPage: @Sendable () -> Void

    func load(after cursor: UUID?, limit: Int) async throws -> LoadPage {
        let page = try await memory.load(after: cursor, limit: 2)
        afterPage()
        return page
    }

    func changes(after position: Position, limit: Int) async throws -> [Change] {
        try await memory.changes(after: position, limit: limit)
    }

    func head() async throws -> Position { try await memory.head() }

    func waitForChange(timeoutSeconds: Double) async throws {
        try await memory.waitForChange(timeoutSeconds: timeoutSeconds)
    }
}

@Suite struct FollowerTests {

    private static var parameters: FollowerParameters {
        var parameters = FollowerParameters()
        parameters.backoffSecondsMin = 0.0005
        parameters.backoffSecondsMax = 0.002
        return parameters
    }

    private static var logger: Logger { Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() } }

    private static func follower(
        _ collection: VectorCollections.Collection, _ source: any ChangeSource,
        _ parameters: FollowerParameters = parameters
    ) -> Follower {
        Follower(collection: collection, source: source, parameters: parameters, logger: logger)
    }

    /// Runs the follower beside `body`, then cancels it.
    private static func following(_ follower: Follower, _ body: () async throws -> Void) async throws {
        let task = Task { try await follower.run() }
        do {
            try await body()
        } catch {
            task.cancel()
            _ = await task.result
            throw error
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    private static func ids(_ collection: VectorCollections.Collection) async throws -> [UUID] {
        try await collection.scroll(limit: 1_000).points.map(\.id)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func convergesWhateverTheSourceDoes(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let memory = MemoryChangeSource()
        let source = FaultySource(memory, failureShare: 0.25, seed: seed &* 77)
        let collection = try Fixtures.collection()
        let follower = Self.follower(collection, source)
        var oracle = Oracle()
        func change() throws {
            let point = Fixtures.point(generator.below(60), using: &generator)
            if generator.chance(0.7) {
                memory.upsert(point)
                try oracle.upsert(point)
            } else {
                memory.delete(point.id)
                try oracle.apply(Change(position: 0, id: point.id, operation: .delete))
            }
        }
        for _ in 0..<40 { try change() }
        try await Self.following(follower) {
            for _ in 0..<6 {
                for _ in 0..<15 {
                    try change()
                    await Task.yield()
                }
                let head = try await memory.head()
                try await follower.waitUntilApplied(head, timeoutSeconds: Patience.seconds)
                #expect(collection.state.appliedPosition == head)
                #expect(try await Self.ids(collection) == oracle.ids(nil), "seed \(seed)")
            }
        }
        try collection.assertValid()
        #expect(source.faultsCount > 0)
    }

    @Test func isReadyOnceTheHeadSeenAtTheStartIsReached() async throws {
        let memory = MemoryChangeSource()
        var generator = SeededGenerator(seed: 51)
        for number in 0..<30 { memory.upsert(Fixtures.point(number, using: &generator)) }
        let collection = try Fixtures.collection()
        let follower = Self.follower(collection, memory)
        #expect(!follower.isReady && follower.lagChanges == nil)
        try await Self.following(follower) {
            try await follower.waitUntilApplied(30, timeoutSeconds: Patience.seconds)
            let position = memory.upsert(Fixtures.point(99, using: &generator))
            try await follower.waitUntilApplied(position, timeoutSeconds: Patience.seconds)
            #expect(follower.isReady)
        }
        #expect(follower.status.loadedCount == 30 && follower.lagChanges == 0)
        #expect(collection.state.pointsCount == 31)
    }

    @Test func whatChangesDuringALoadIsNotMissed() async throws {
        let memory = MemoryChangeSource()
        var generator = SeededGenerator(seed: 56)
        for number in 0..<6 { memory.upsert(Fixtures.point(number, using: &generator)) }
        let pages = Mutex(0)
        let source = RestlessSource(memory: memory) {
            // The page just read held this point.
            let page = pages.withLock { pages in
                defer { pages += 1 }
                return pages
            }
            memory.delete(Fixtures.id(2 * page))
        }
        let collection = try Fixtures.collection()
        let follower = Self.follower(collection, source)
        try await Self.following(follower) {
            try await follower.waitUntilApplied(9, timeoutSeconds: Patience.seconds)
        }
        #expect(try await Self.ids(collection) == [1, 3, 5].map(Fixtures.id))
    }

    @Test func goesOnWhereItWasCancelled() async throws {
        let memory = MemoryChangeSource()
        var generator = SeededGenerator(seed: 52)
        memory.upsert(Fixtures.point(1, using: &generator))
        let collection = try Fixtures.collection()
        let follower = Self.follower(collection, memory)
        try await Self.following(follower) {
            try await follower.waitUntilApplied(1, timeoutSeconds: Patience.seconds)
        }
        memory.delete(Fixtures.id(1))
        memory.upsert(Fixtures.point(2, using: &generator))
        try await Self.following(follower) {
            try await follower.waitUntilApplied(3, timeoutSeconds: Patience.seconds)
        }
        #expect(try await Self.ids(collection) == [Fixtures.id(2)])
    }

    @Test func aPointThatDoesNotFitStopsNothing() async throws {
        let memory = MemoryChangeSource()
        var generator = SeededGenerator(seed: 53)
        for number in 0..<5 { memory.upsert(Fixtures.point(number, using: &generator)) }
        memory.upsert(Point(id: Fixtures.id(3), vector: [1, 2]))
        let collection = try Fixtures.collection()
        let follower = Self.follower(collection, memory)
        try await Self.following(follower) {
            try await follower.waitUntilApplied(6, timeoutSeconds: Patience.seconds)
            #expect(try await Self.ids(collection) == [0, 1, 2, 4].map(Fixtures.id))
            // A good version of an item gives way to a bad one: what is known to be out of date is not shown.
            memory.upsert(Point(id: Fixtures.id(1), vector: Array(repeating: 0, count: 20)))
            let last = memory.upsert(Fixtures.point(5, using: &generator))
            try await follower.waitUntilApplied(last, timeoutSeconds: Patience.seconds)
            #expect(try await Self.ids(collection) == [0, 2, 4, 5].map(Fixtures.id))
        }
        #expect(follower.status.refusedCount == 2)
    }

    @Test func aLogThatWasCutIsLoadedAnew() async throws {
        let memory = MemoryChangeSource(changesMax: 8)
        var generator = SeededGenerator(seed: 54)
        for number in 0..<6 { memory.upsert(Fixtures.point(number, using: &generator)) }
        let collection = try Fixtures.collection()
        let follower = Self.follower(collection, memory)
        try await Self.following(follower) {
            try await follower.waitUntilApplied(6, timeoutSeconds: Patience.seconds)
        }
        for number in 0..<4 { memory.delete(Fixtures.id(number)) }
        for number in 10..<30 { memory.upsert(Fixtures.point(number, using: &generator)) }
        let head = try await memory.head()
        await #expect(throws: ChangeSourceError.self) { try await memory.changes(after: 6, limit: 10) }
        try await Self.following(follower) {
            try await follower.waitUntilApplied(head, timeoutSeconds: Patience.seconds)
        }
        #expect(try await Self.ids(collection) == ([4, 5] + Array(10..<30)).map(Fixtures.id))
        try collection.assertValid()
    }

    @Test func waitsAreBounded() async throws {
        var parameters = Self.parameters
        parameters.waitersMax = 1
        let collection = try Fixtures.collection()
        let follower = Self.follower(collection, MemoryChangeSource(), parameters)
        await #expect(throws: WaitError.timedOut(9, timeoutSeconds: 0.01)) {
            try await follower.waitUntilApplied(9, timeoutSeconds: 0.01)
        }
        let waiters = PositionWaiters(waitersMax: 1)
        try await withThrowingTaskGroup(of: Result<Void, any Error>.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    do {
                        return .success(try await waiters.wait(for: 2, timeoutSeconds: Patience.seconds))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            // One of the two is refused at once; the other waits until it is woken.
            let first = try await group.next()
            #expect(throws: WaitError.tooManyWaiters(waitersMax: 1)) { try first?.get() }
            waiters.reached(2)
            let second = try await group.next()
            #expect(throws: Never.self) { try second?.get() }
        }
        let cancelled = Task { try await waiters.wait(for: 3, timeoutSeconds: Patience.seconds) }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
    }

    @Test func pausesGrowToTheirMaximum() {
        var backoff = Backoff(secondsMin: 1, secondsMax: 6)
        var generator = SeededGenerator(seed: 55)
        for full in [1.0, 2, 4, 6, 6] {
            let pause = backoff.nextSeconds(using: &generator)
            #expect(pause >= full / 2 && pause <= full)
        }
        #expect(backoff.failuresCount == 5)
        backoff.reset()
        #expect(backoff.nextSeconds(using: &generator) <= 1)
    }
}
