import TestSupport
import Testing

@testable import VectorCollections

@Suite struct MemorySnapshotTests {
    private static func restored(
        _ files: CollectionFiles, _ memory: MemoryBudget
    ) throws -> VectorCollections.Collection {
        try VectorCollections.Collection(
            restoring: files, schema: Fixtures.schema(), parameters: Fixtures.tinyParameters,
            workers: Fixtures.workers(), memory: memory)
    }

    @Test func aSnapshotThatDoesNotFitIsRefusedAndStays() async throws {
        var generator = SeededGenerator(seed: 1)
        let faulty = FaultyFiles(seed: 1)
        let collection = try Fixtures.collection(files: CollectionFiles(folder: "f", source: "s", on: faulty))
        try collection.apply(Fixtures.changes(70, after: .start, using: &generator))
        try await collection.maintain()
        try await collection.snapshot()
        let points = Fixtures.points(collection.state)
        faulty.restartProcess()

        let files = try CollectionFiles(folder: "f", source: "s", on: faulty)
        let small = MemoryBudget(limitBytes: 100)
        do {
            _ = try Self.restored(files, small)
            Issue.record("there was no room")
        } catch SnapshotError.memory(let error) {
            #expect(error.purpose == .snapshot && error.collection == "tests" && error.limitBytes == 100)
            #expect(error.bytesNeeded > 100 && !SnapshotError.memory(error).mustRebuild)
            let exact = MemoryBudget(limitBytes: error.bytesNeeded)
            #expect(small.bytesInUse == 0)
            var restored: VectorCollections.Collection? = try Self.restored(files, exact)
            #expect(restored.map { Fixtures.points($0.state) } == points)
            let info = try #require(restored?.info())
            #expect(info.residentBytes == error.bytesNeeded && exact.bytesInUse == error.bytesNeeded)
            #expect(info.mappedBytes > 10 * info.residentBytes)
            restored = nil
            #expect(exact.bytesInUse == 0)
        }
    }

    /// What is rewritten is in memory from then on, and counts.
    @Test func rewritingMappedSegmentsCounts() async throws {
        var generator = SeededGenerator(seed: 2)
        let faulty = FaultyFiles(seed: 2)
        let collection = try Fixtures.collection(files: CollectionFiles(folder: "f", source: "s", on: faulty))
        try collection.apply(Fixtures.changes(120, after: .start, using: &generator))
        try await collection.maintain()
        try await collection.snapshot()
        faulty.restartProcess()
        let files = try CollectionFiles(folder: "f", source: "s", on: faulty)
        let budget = MemoryBudget(limitBytes: 1_000_000)
        let restored = try Self.restored(files, budget)
        let before = restored.info()
        try await restored.optimise()
        let after = restored.info()
        #expect(after.mappedBytes == 0 && after.residentBytes > 5 * before.residentBytes)
        #expect(budget.bytesInUse == after.residentBytes && budget.bytesReserved == 0)
        try restored.assertValid()
    }
}
