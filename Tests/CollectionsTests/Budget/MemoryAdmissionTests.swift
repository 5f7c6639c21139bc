import Foundation
import TestSupport
import Testing
import Workers

@testable import VectorCollections

/// Collections that share a budget.
@Suite struct MemoryAdmissionTests {
    private let workers = Fixtures.workers()

    private func collection(
        _ memory: MemoryBudget?, parameters: CollectionParameters = Fixtures.tinyParameters, name: String = "tests"
    ) throws -> VectorCollections.Collection {
        let schema = try CollectionSchema(name: name, model: "model@1", dimension: 20, fields: Fixtures.fields)
        return VectorCollections.Collection(schema: schema, parameters: parameters, workers: workers, memory: memory)
    }

    private static func points(_ numbers: Range<Int>, seed: UInt64) -> [Point] {
        var generator = SeededGenerator(seed: seed)
        return numbers.map { Fixtures.point($0, using: &generator) }
    }

    private static func changes(_ points: [Point], after position: Position) -> [Change] {
        points.enumerated().map { index, point in
            Change(position: Position(position.rawValue + Int64(index) + 1), id: point.id, operation: .upsert(point))
        }
    }

    private static func deletes(_ numbers: Range<Int>, after position: Position) -> [Change] {
        numbers.enumerated().map { index, number in
            Change(
                position: Position(position.rawValue + Int64(index) + 1), id: Fixtures.id(number), operation: .delete)
        }
    }

    /// What points are admitted at.
    private static func bytes(_ points: [Point]) throws -> Int {
        let schema = try Fixtures.schema()
        return try points.reduce(0) { total, point in
            total + PointMemory.bytes(schema, Fixtures.tinyParameters)
                + (try PreparedPoint(point, schema: schema).payloadBytes)
        }
    }

    /// Applies points one by one until one is refused; returns how many were taken.
    private static func fill(
        _ collection: VectorCollections.Collection, _ points: [Point]
    ) async throws -> (count: Int, refusal: MemoryLimitError?) {
        for (index, point) in points.enumerated() {
            do {
                try collection.apply(changes([point], after: collection.appliedPosition))
                try await collection.maintain()
            } catch let error as MemoryLimitError {
                return (index, error)
            }
        }
        return (points.count, nil)
    }

    @Test func aBatchIsTakenWholeOrNotAtAll() throws {
        let points = Self.points(0..<6, seed: 1)
        let limit = try Self.bytes(points)
        let exact = try collection(MemoryBudget(limitBytes: limit))
        try exact.apply(Self.changes(points, after: .start))
        #expect(exact.info().residentBytes == limit)

        let budget = MemoryBudget(limitBytes: limit - 1)
        let short = try collection(budget)
        try short.apply(Self.changes(Array(points.prefix(2)), after: .start))
        let inUse = try Self.bytes(Array(points.prefix(2)))
        let refusal = MemoryLimitError(
            collection: "tests", purpose: .points, bytesNeeded: limit - inUse, bytesInUse: inUse, bytesReserved: 0,
            limitBytes: limit - 1, headroomBytes: (limit - 1) / 4)
        #expect(throws: refusal) { try short.apply(Self.changes(points, after: .start)) }
        #expect(throws: refusal) { try short.load(Array(points.dropFirst(2))) }
        #expect(short.appliedPosition == 2 && short.info().pointsCount == 2 && budget.bytesInUse == inUse)
        // What was applied before needs no room, and neither do deletes.
        try short.apply(Self.changes(Array(points.prefix(2)), after: .start))
        try short.load(Array(points[2..<5]))
        try short.apply(Self.deletes(0..<4, after: 2))
        #expect(short.appliedPosition == 6 && short.info().pointsCount == 1)
        try short.assertValid()
    }

    @Test func deletesAndARewriteMakeRoom() async throws {
        let budget = MemoryBudget(limitBytes: 60_000)
        let collection = try collection(budget)
        let (count, refusal) = try await Self.fill(collection, Self.points(0..<500, seed: 2))
        #expect(refusal?.purpose == .points && count > 30)
        #expect(budget.bytesInUse <= budget.limitBytes)
        try collection.apply(Self.deletes(0..<count / 2, after: collection.appliedPosition))
        let full = budget.bytesInUse
        try await collection.maintain()
        #expect(budget.bytesInUse < full * 3 / 4)
        #expect(budget.bytesInUse == collection.info().residentBytes && budget.bytesReserved == 0)
        let (again, _) = try await Self.fill(collection, Self.points(1_000..<1_500, seed: 3))
        #expect(again > count / 4)
        try collection.assertValid()
        try collection.apply(Self.deletes(0..<1_500, after: collection.appliedPosition))
        collection.completeLoad(at: collection.appliedPosition, retaining: [])
        #expect(collection.info().pointsCount == 0)
    }

    @Test func collectionsShareABudget() async throws {
        let points = Self.points(0..<20, seed: 4)
        let budget = MemoryBudget(limitBytes: try Self.bytes(points))
        var first: VectorCollections.Collection? = try collection(budget, name: "first")
        let second = try collection(budget, name: "second")
        try first?.load(Array(points.prefix(15)))
        #expect(throws: MemoryLimitError.self) { try second.load(Array(points.prefix(6))) }
        #expect(second.info().pointsCount == 0)
        try second.load(Array(points[15...]))
        #expect(try budget.bytesInUse == Self.bytes(points))
        do {
            try second.load([points[0]])
            Issue.record("there was no room")
        } catch let error as MemoryLimitError {
            #expect(error.collection == "second")
        }
        // A collection that goes gives everything back.
        first = nil
        #expect(budget.bytesInUse == second.info().residentBytes)
        try second.load(Array(points.prefix(15)))
    }

    @Test func aRewriteWithoutRoomStaysDue() async throws {
        var parameters = Fixtures.tinyParameters
        parameters.closedTailsMax = 100
        let points = Self.points(0..<64, seed: 5)
        let budget = MemoryBudget(limitBytes: try Self.bytes(points), headroomBytes: 0)
        var other: VectorCollections.Collection? = try collection(budget, name: "other")
        let collection = try collection(budget, parameters: parameters)
        try other?.load(Array(points.prefix(48)))
        try collection.apply(Self.changes(Array(points[48...]), after: .start))
        #expect(collection.info().status == .yellow && collection.info().postponed == nil)
        try await collection.maintain()
        let info = collection.info()
        #expect(info.status == .yellow && info.postponed?.purpose == .rewrite && info.segmentsCount == 0)
        #expect(budget.bytesReserved == 0)
        #expect(try await collection.search(SearchRequest(vector: points[50].vector)).hits.count == 10)
        try collection.assertValid()

        other = nil
        try await collection.maintain()
        #expect(collection.info().postponed == nil && collection.info().status == .green)
        #expect(collection.info().segmentsCount == 1)
        try collection.assertValid()
    }

    /// What needs no room is done though something before it waits.
    @Test func aRewriteThatWaitsHoldsUpNoOther() async throws {
        var parameters = Fixtures.tinyParameters
        parameters.closedTailsMax = 100
        let points = Self.points(0..<64, seed: 6)
        let budget = MemoryBudget(limitBytes: try Self.bytes(points), headroomBytes: 0)
        let collection = try collection(budget, parameters: parameters)
        try collection.load(Array(points.prefix(8)))
        try await collection.maintain()
        #expect(collection.info().segmentsCount == 1)
        try collection.load(Array(points[8...]))
        try collection.apply(Self.deletes(0..<8, after: .start))
        let before = budget.bytesInUse
        try await collection.maintain()
        #expect(collection.info().segmentsCount == 0 && collection.info().postponed != nil)
        #expect(budget.bytesInUse < before)
        #expect(throws: MemoryLimitError.self) {
            try collection.load(Self.points(100..<200, seed: 7))
        }
        try collection.assertValid()
    }

    @Test func optimiseSaysThatThereIsNoRoom() async throws {
        var parameters = Fixtures.tinyParameters
        parameters.segmentsMax = 64
        let points = Self.points(0..<64, seed: 8)
        let budget = MemoryBudget(limitBytes: try Self.bytes(points), headroomBytes: 0)
        let collection = try collection(budget, parameters: parameters)
        for start in stride(from: 0, to: 64, by: 8) {
            try collection.load(Array(points[start..<start + 8]))
            try await collection.maintain()
        }
        #expect(collection.info().segmentsCount == 8)
        await #expect(throws: MemoryLimitError.self) { try await collection.optimise() }
        #expect(collection.info().segmentsCount == 8 && budget.bytesReserved == 0)
        try collection.assertValid()
    }

    /// The writer seals waiting tails itself, whatever the budget says: tails stay bounded.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func neverTakesMoreThanWasAdmitted(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let budget = MemoryBudget(limitBytes: 40_000, headroomBytes: generator.chance(0.5) ? 0 : 20_000)
        let collection = try collection(budget)
        var refusals = 0
        for _ in 0..<60 {
            let count = 1 + generator.below(12)
            let changes = Fixtures.changes(count, after: collection.appliedPosition, using: &generator)
            do {
                try collection.apply(changes)
            } catch is MemoryLimitError {
                refusals += 1
                try collection.apply(Self.deletes(0..<generator.below(60), after: collection.appliedPosition))
            }
            if generator.chance(0.3) { try await collection.maintain() }
            #expect(budget.bytesInUse <= budget.limitBytes && budget.bytesReserved == 0, "seed \(seed)")
            #expect(budget.bytesInUse == collection.info().residentBytes, "seed \(seed)")
        }
        #expect(refusals > 0, "seed \(seed)")
        try collection.assertValid()
    }

    @Test func twoWritersAtOnceStayWithinTheLimit() async throws {
        let budget = MemoryBudget(limitBytes: 150_000)
        let collections = try ["first", "second"].map { try collection(budget, name: $0) }
        let pool = WorkerPool(name: "writers", threadCount: 2, queueDepthMax: 4)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for collection in collections {
                group.addTask {
                    try await pool.run {
                        for point in Self.points(0..<400, seed: 9) {
                            do {
                                try collection.apply(Self.changes([point], after: collection.appliedPosition))
                            } catch is MemoryLimitError {
                                #expect(budget.bytesInUse <= budget.limitBytes)
                            }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(budget.bytesInUse == collections.reduce(0) { $0 + $1.info().residentBytes })
        for collection in collections { try collection.assertValid() }
    }
}
