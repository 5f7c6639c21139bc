import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import VectorCollections

/// A source that tells how often it was asked for pages and changes.
private final class CountedSource: ChangeSource {
    let memory = MemoryChangeSource()
    private let asked = Mutex<Int64>(0)
    private let waiters = PositionWaiters(waitersMax: 4)

    /// Returns when it was asked so many times more.
    func waitUntilAsked(times: Int64) async throws {
        let target = asked.withLock { $0 } + times
        try await waiters.wait(for: Position(target), timeoutSeconds: Patience.seconds)
    }

    private func count() {
        let count = asked.withLock { asked in
            asked += 1
            return asked
        }
        waiters.reached(Position(count))
    }

    func load(after cursor: UUID?, limit: Int) async throws -> LoadPage {
        count()
        return try await memory.load(after: cursor, limit: limit)
    }

    func changes(after position: Position, limit: Int) async throws -> [Change] {
        count()
        return try await memory.changes(after: position, limit: limit)
    }

    func head() async throws -> Position { try await memory.head() }

    func waitForChange(timeoutSeconds: Double) async throws {
        try await memory.waitForChange(timeoutSeconds: timeoutSeconds)
    }
}

/// Followers that meet the limit of a budget.
@Suite struct MemoryFollowingTests {
    private static func follower(_ collection: VectorCollections.Collection, _ source: CountedSource) -> Follower {
        var parameters = FollowerParameters()
        parameters.loadPointsMax = 5
        parameters.backoffSecondsMin = 0.0005
        parameters.backoffSecondsMax = 0.002
        let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        return Follower(collection: collection, source: source, parameters: parameters, logger: logger)
    }

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

    private static func collection(_ memory: MemoryBudget) throws -> VectorCollections.Collection {
        VectorCollections.Collection(
            schema: try Fixtures.schema(), parameters: Fixtures.tinyParameters, workers: Fixtures.workers(),
            memory: memory)
    }

    /// Points without payload, all of which are admitted at the same bytes.
    private static func point(_ number: Int, using generator: inout SeededGenerator) -> Point {
        Point(id: Fixtures.id(number), vector: Fixtures.vector(20, using: &generator))
    }

    private static func pointBytes() throws -> Int {
        PointMemory.bytes(try Fixtures.schema(), Fixtures.tinyParameters)
    }

    @Test func aLoadWaitsForRoomAndGoesOn() async throws {
        var generator = SeededGenerator(seed: 1)
        let source = CountedSource()
        for number in 0..<20 { source.memory.upsert(Self.point(number, using: &generator)) }
        let budget = MemoryBudget(limitBytes: try 22 * Self.pointBytes())
        var other: VectorCollections.Collection? = try Self.collection(budget)
        try other?.load((0..<10).map { Self.point($0, using: &generator) })
        let collection = try Self.collection(budget)
        let follower = Self.follower(collection, source)
        try await Self.following(follower) {
            try await source.waitUntilAsked(times: 8)
            let status = follower.status
            #expect(status.phase == .loading && !status.isReady && status.appliedPosition == .start)
            #expect(status.memoryLimit?.collection == "tests" && status.failuresCount > 0)
            #expect(status.lastError == status.memoryLimit.map { "\($0)" })
            #expect((5...15).contains(collection.info().pointsCount))
            other = nil
            try await follower.waitUntilApplied(20, timeoutSeconds: Patience.seconds)
        }
        #expect(collection.info().pointsCount == 20 && follower.status.loadedCount == 20)
        try collection.assertValid()
    }

    @Test func followingKeepsItsPositionAndGoesOn() async throws {
        var generator = SeededGenerator(seed: 2)
        let source = CountedSource()
        for number in 0..<4 { source.memory.upsert(Self.point(number, using: &generator)) }
        let budget = MemoryBudget(limitBytes: try 20 * Self.pointBytes())
        var other: VectorCollections.Collection? = try Self.collection(budget)
        try other?.load((0..<12).map { Self.point($0, using: &generator) })
        let collection = try Self.collection(budget)
        let follower = Self.follower(collection, source)
        try await Self.following(follower) {
            try await follower.waitUntilApplied(4, timeoutSeconds: Patience.seconds)
            // A point of another dimension is counted once, however often the step is tried.
            source.memory.upsert(Point(id: Fixtures.id(50), vector: [1]))
            for number in 4..<16 { source.memory.upsert(Self.point(number, using: &generator)) }
            source.memory.delete(Fixtures.id(0))
            try await source.waitUntilAsked(times: 5)
            let head = try await source.memory.head()
            let status = follower.status
            #expect(status.memoryLimit?.purpose == .points && status.isReady && status.failuresCount > 1)
            #expect(status.appliedPosition == collection.appliedPosition && status.appliedPosition < head)
            #expect(follower.lagChanges ?? 0 > 0)
            // What is there is found as ever.
            let request = SearchRequest(vector: [Float](repeating: 1, count: 20))
            #expect(try await collection.search(request).hits.count >= 4)
            other = nil
            try await follower.waitUntilApplied(head, timeoutSeconds: Patience.seconds)
            let position = source.memory.upsert(Self.point(60, using: &generator))
            try await follower.waitUntilApplied(position, timeoutSeconds: Patience.seconds)
        }
        #expect(follower.status.refusedCount == 1)
        #expect(collection.info().pointsCount == 16)
        try collection.assertValid()
    }

    /// The deletes that stand before what does not fit are applied, and the rewrite they make due makes room for it.
    @Test func deletesThatComeFirstMakeRoom() async throws {
        var generator = SeededGenerator(seed: 3)
        let source = CountedSource()
        let budget = MemoryBudget(limitBytes: try 40 * Self.pointBytes())
        let collection = try Self.collection(budget)
        var count: Int64 = 0
        while true {
            let point = Self.point(Int(count), using: &generator)
            let change = Change(position: Position(count + 1), id: point.id, operation: .upsert(point))
            do {
                try collection.apply([change])
            } catch is MemoryLimitError {
                break
            }
            source.memory.upsert(point)
            count += 1
            try await collection.maintain()
        }
        let half = Int(count) / 2
        for number in 0..<half { source.memory.delete(Fixtures.id(number)) }
        for number in 0..<half / 2 { source.memory.upsert(Self.point(1_000 + number, using: &generator)) }
        let head = try await source.memory.head()
        let follower = Self.follower(collection, source)
        try await Self.following(follower) {
            try await follower.waitUntilApplied(head, timeoutSeconds: Patience.seconds)
        }
        #expect(collection.info().pointsCount == Int(count) - half + half / 2)
        #expect(follower.status.memoryLimit == nil && budget.bytesInUse <= budget.limitBytes)
        try collection.assertValid()
    }
}
