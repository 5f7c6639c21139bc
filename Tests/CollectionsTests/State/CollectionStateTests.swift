import Foundation
import TestSupport
import Testing
import Workers

@testable import VectorCollections

@Suite struct CollectionStateTests {
    private static func generation(_ number: Int, points: Int, using generator: inout SeededGenerator) -> [Change] {
        (0..<points).map { index in
            let point = Point(
                id: Fixtures.id(index), vector: Fixtures.vector(20, using: &generator),
                payload: ["uses": .integer(Int64(number))])
            return Change(position: Position(Int64(number)), id: point.id, operation: .upsert(point))
        }
    }

    /// Each batch rewrites every point; a reader must see exactly one generation, that of its position.
    @Test func readersSeeWholeBatchesWhileTheWriterAndMaintenanceRun() async throws {
        let collection = try Fixtures.collection()
        let pointsCount = 21
        let generations = 120
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var generator = SeededGenerator(seed: 31)
                for number in 1...generations {
                    try collection.apply(Self.generation(number, points: pointsCount, using: &generator))
                    await Task.yield()
                }
            }
            group.addTask {
                while collection.state.appliedPosition < Position(Int64(generations)) {
                    try await collection.maintain()
                    await Task.yield()
                }
            }
            for reader in 0..<2 {
                group.addTask {
                    var generator = SeededGenerator(seed: 32 + UInt64(reader))
                    while collection.state.appliedPosition < Position(Int64(generations)) {
                        let request = SearchRequest(vector: Fixtures.vector(20, using: &generator), limit: 1_000)
                        let result = try await collection.search(request)
                        let seen = Set(result.hits.compactMap { $0.payload["uses"]?.integerValue })
                        guard result.appliedPosition > .start else { continue }
                        #expect(seen == [result.appliedPosition.rawValue])
                        #expect(result.hits.count == pointsCount && Set(result.hits.map(\.id)).count == pointsCount)
                        await Task.yield()
                    }
                }
            }
            try await group.waitForAll()
        }
        try collection.assertValid()
    }

    @Test func aPinnedStateStaysAsItWas() async throws {
        let collection = try Fixtures.collection()
        var generator = SeededGenerator(seed: 33)
        try collection.apply(Self.generation(1, points: 10, using: &generator))
        let pinned = collection.state
        let keys = (0..<10).map { PointKey(Fixtures.id($0)) }
        let before = pinned.find(Set(keys)).mapValues { pinned.vector(part: $0.part, slot: $0.slot) }
        for number in 2...9 { try collection.apply(Self.generation(number, points: 10, using: &generator)) }
        try await collection.maintain()
        try collection.apply(keys.map { Change(position: 10, id: $0.id, operation: .delete) })
        #expect(collection.state.pointsCount == 0)
        #expect(pinned.pointsCount == 10 && pinned.appliedPosition == 1)
        #expect(pinned.find(Set(keys)).mapValues { pinned.vector(part: $0.part, slot: $0.slot) } == before)
        try Validity(state: pinned).check()
    }

    /// The pool's only thread is held while points die in the tails being sealed.
    @Test func whatIsDeletedDuringARewriteStaysDeleted() async throws {
        let workers = Fixtures.workers()
        let collection = try Fixtures.collection(workers: workers)
        var generator = SeededGenerator(seed: 34)
        let points = (0..<16).map { Fixtures.point($0, using: &generator) }
        try collection.load(points)
        let gate = DispatchSemaphore(value: 0)
        let hold = Task { try await workers.run { gate.wait() } }
        let maintenance = Task { try await collection.maintain() }
        // The rewrite is begun once its job waits behind the held thread.
        while workers.queueDepth == 0 { await Task.yield() }
        let changed = Fixtures.point(3, using: &generator)
        try collection.apply([
            Change(position: 1, id: points[2].id, operation: .delete),
            Change(position: 2, id: changed.id, operation: .upsert(changed)),
        ])
        gate.signal()
        try await hold.value
        try await maintenance.value
        try collection.assertValid()
        #expect(collection.info().segmentsCount == 1 && collection.info().tailCount == 1)
        #expect(collection.state.pointsCount == 15)
        #expect(try collection.retrieve(ids: [points[2].id]).isEmpty)
        let stored = try collection.retrieve(ids: [changed.id], withVector: true)
        #expect(try stored.first?.vector == UnitVector.normalise(changed.vector, dimension: 20))
    }

    @Test func withoutMaintenanceTheWriterSealsItself() throws {
        let collection = try Fixtures.collection()
        var generator = SeededGenerator(seed: 35)
        for number in 0..<100 { try collection.load([Fixtures.point(number, using: &generator)]) }
        let tails = collection.state.parts.filter { $0.tail != nil }.count
        #expect(tails <= Fixtures.tinyParameters.closedTailsMax + 1)
        try collection.assertValid()
    }

    @Test func wornSegmentsAreRewrittenAndEmptyOnesDropped() async throws {
        let collection = try Fixtures.collection()
        var generator = SeededGenerator(seed: 36)
        try collection.load((0..<24).map { Fixtures.point($0, using: &generator) })
        try await collection.maintain()
        let removed = (0..<8).map { Change(position: 1, id: Fixtures.id($0), operation: .delete) }
        try collection.apply(removed)
        #expect(collection.info().deletedCount == 8 && collection.info().status == .yellow)
        try await collection.maintain()
        #expect(collection.info().deletedCount == 0 && collection.info().pointsCount == 16)
        try collection.apply((8..<24).map { Change(position: 2, id: Fixtures.id($0), operation: .delete) })
        try await collection.maintain()
        #expect(collection.info().segmentsCount == 0 && collection.info().status == .green)
    }

    @Test func aLoadOverAFilledCollectionDropsWhatIsGone() throws {
        let collection = try Fixtures.collection()
        var generator = SeededGenerator(seed: 37)
        #expect(collection.info().status == .grey)
        try collection.load((0..<30).map { Fixtures.point($0, using: &generator) })
        collection.completeLoad(at: 5)
        try collection.load((10..<20).map { Fixtures.point($0, using: &generator) })
        collection.completeLoad(at: 3, retaining: Set((10..<20).map(Fixtures.id)))
        #expect(collection.state.pointsCount == 10 && collection.state.appliedPosition == 5)
        try collection.assertValid()
    }

    @Test func changesAlreadyAppliedArePassedOver() throws {
        let collection = try Fixtures.collection(dimension: 2)
        let id = Fixtures.id(1)
        func upsert(_ position: Position, _ vector: [Float]) -> Change {
            Change(position: position, id: id, operation: .upsert(Point(id: id, vector: vector)))
        }
        try collection.apply([upsert(1, [1, 0]), upsert(2, [0, 1])])
        try collection.apply([upsert(1, [1, 0])])
        try collection.apply([upsert(1, [1, 0]), Change(position: 3, id: Fixtures.id(2), operation: .delete)])
        #expect(try collection.retrieve(ids: [id], withVector: true).first?.vector == [0, 1])
        #expect(collection.state.appliedPosition == 3)
    }

    @Test func changesOutOfOrderAreRefused() throws {
        let collection = try Fixtures.collection()
        #expect(throws: ChangeError.outOfOrder(collection: "tests", position: 4, after: 5)) {
            try collection.apply([
                Change(position: 5, id: Fixtures.id(1), operation: .delete),
                Change(position: 4, id: Fixtures.id(1), operation: .delete),
            ])
        }
        #expect(collection.state.appliedPosition == .start)
    }
}
