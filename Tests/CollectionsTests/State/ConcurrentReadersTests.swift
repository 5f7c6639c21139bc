import Foundation
import TestSupport
import Testing
import Workers

@testable import VectorCollections

/// Readers on threads and in tasks, while the collection is changed, maintained, merged and saved: every answer is of
/// one state that the writer published. To be run under a thread sanitizer too: scripts/sanitize.
@Suite(.serialized) struct ConcurrentReadersTests {
    private static let batchesCount = 50

    private static var parameters: CollectionParameters {
        var parameters = CollectionParameters()
        // Graphs as small as these are walked.
        parameters.walkCost = 1
        parameters.tailPointsMax = 48
        parameters.closedTailsMax = 2
        parameters.segmentsMax = 3
        parameters.fullScanKilobytes = 8
        parameters.rowScanKilobytes = 0
        parameters.inlineScanKilobytesMax = 16
        parameters.m = 6
        parameters.efConstruct = 16
        parameters.ef = 10
        parameters.indexingThreadsMax = 2
        return parameters
    }

    /// What all of them work on.
    private struct Scene: Sendable {
        let seed: UInt64
        let history: VersionHistory
        let collection: VectorCollections.Collection
        let pace = ReadersPace()

        var isOver: Bool { collection.appliedPosition >= history.last || pace.isStopped }
    }

    @Test(arguments: Seeds.first(2))
    func everyAnswerIsOfAPublishedState(seed: UInt64) async throws {
        let files = FaultyFiles(seed: seed)
        let workers = WorkerPool(name: "scan", threadCount: 2, queueDepthMax: 64)
        let builders = WorkerPool(name: "build", threadCount: 1, queueDepthMax: 8)
        let threads = WorkerPool(name: "read", threadCount: 3, queueDepthMax: 3)
        let schema = try Fixtures.schema(dimension: VersionHistory.dimension)
        let scene = Scene(
            seed: seed, history: VersionHistory(seed: seed, batchesCount: Self.batchesCount, batchPoints: 30),
            collection: VectorCollections.Collection(
                schema: schema, parameters: Self.parameters, workers: workers, builders: builders,
                files: try CollectionFiles(folder: "f", source: "s", on: files, scratchBytesMin: 0)))
        try scene.collection.apply(scene.history.batches[0])
        try await scene.collection.maintain()
        let (maintenance, saving) = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer {
                    maintenance.continuation.finish()
                    saving.continuation.finish()
                }
                try await threads.run {
                    for batch in scene.history.batches.dropFirst() {
                        try scene.collection.apply(batch)
                        maintenance.continuation.yield()
                        saving.continuation.yield()
                        // Some answers for each state, so that readers see most of them. They leave at the last one.
                        guard !scene.isOver, scene.pace.awaitReads(3) else { return }
                    }
                }
            }
            group.addTask { for await _ in maintenance.stream { try await Self.maintain(scene) } }
            group.addTask { for await _ in saving.stream { try await Self.save(scene) } }
            for reader in 0..<2 as Range<UInt64> {
                group.addTask {
                    var generator = SeededGenerator(seed: seed &* 100 &+ reader)
                    while !scene.isOver { try await Self.ask(scene, &generator) }
                }
                group.addTask {
                    try await threads.run {
                        var generator = SeededGenerator(seed: seed &* 100 &+ 50 &+ reader)
                        while !scene.isOver { try Self.search(scene, &generator) }
                    }
                }
            }
            // Threads know of no cancellation: the first failure lets them go.
            defer { scene.pace.stop() }
            while try await group.next() != nil {}
        }
        try scene.collection.assertValid()
        #expect(scene.pace.walksCount > 0, "seed \(seed): no search walked")
        try await checkFiles(scene, files, workers)
    }

    private static func maintain(_ scene: Scene) async throws {
        try await scene.collection.maintain()
        if scene.collection.appliedPosition.rawValue % 8 == 0 { try await scene.collection.optimise() }
    }

    private static func save(_ scene: Scene) async throws {
        let before = scene.collection.appliedPosition
        try await scene.collection.snapshot()
        let saved = try #require(scene.collection.snapshotPosition)
        try #require(before <= saved && saved <= scene.collection.appliedPosition, "seed \(scene.seed)")
    }

    // MARK: Readers

    private static func request(_ generator: inout SeededGenerator) -> SearchRequest {
        SearchRequest(
            vector: (0..<VersionHistory.dimension).map { _ in Float.random(in: -1...1, using: &generator) },
            filter: generator.chance(0.3) ? VersionHistory.evenFilter : nil,
            limit: generator.chance(0.2) ? 1_000 : 1 + generator.below(10), withVector: true,
            exact: generator.chance(0.2))
    }

    private static func search(_ scene: Scene, _ generator: inout SeededGenerator) throws {
        let request = request(&generator)
        try check(scene, request, try scene.collection.searchOnThisThread(request))
    }

    private static func check(_ scene: Scene, _ request: SearchRequest, _ result: SearchResult) throws {
        let (history, position) = (scene.history, result.appliedPosition)
        let comment: Comment = "seed \(scene.seed), position \(position), \(result.plan.partsCount), \(request)"
        let count = history.count(at: position, isFiltered: request.filter != nil)
        try #require(result.matchingCount == count && result.hits.count == min(request.limit, count), comment)
        for hit in result.hits {
            try #require(try history.has(hit.id, hit.payload, hit.vector, at: position), comment)
            try #require(request.filter == nil || hit.payload["open"] == .bool(true), comment)
        }
        try #require(Set(result.hits.map(\.id)).count == result.hits.count, comment)
        scene.pace.noteRead(isWalk: result.plan.partsCount[.graph] != nil)
    }

    /// All that is asynchronous. What does not name its position must be true at one between the two it was asked at.
    private static func ask(_ scene: Scene, _ generator: inout SeededGenerator) async throws {
        let (history, collection) = (scene.history, scene.collection)
        let before = collection.appliedPosition
        let isFiltered = generator.chance(0.5)
        let filter = isFiltered ? VersionHistory.evenFilter : nil
        func isTrue(_ claim: (Position) throws -> Bool) rethrows -> Bool {
            try (before.rawValue...collection.appliedPosition.rawValue).contains { try claim(Position($0)) }
        }
        let comment: Comment = "seed \(scene.seed), from position \(before) on"
        switch generator.below(6) {
        case 0:
            let count = try await collection.count(filter: filter)
            try #require(isTrue { history.count(at: $0, isFiltered: isFiltered) == count }, comment)
        case 1:
            let facets = try await collection.facets(field: "open", limit: 2)
            let even = facets.first { $0.value == .bool(true) }?.count ?? 0
            let all = facets.reduce(0) { $0 + $1.count }
            let isSeen = isTrue { position in
                history.count(at: position, isFiltered: true) == even
                    && history.count(at: position, isFiltered: false) == all
            }
            try #require(isSeen, comment)
        case 2:
            let ids = (0..<30).map { _ in Fixtures.id(generator.below(VersionHistory.idsCount)) }
            let stored = try collection.retrieve(ids: ids, withVector: true)
            let isSeen = try isTrue { position in
                let there = Set(history.ids(at: position, isFiltered: false))
                guard stored.map(\.id) == ids.filter({ there.contains($0) }) else { return false }
                return try stored.allSatisfy { try history.has($0.id, $0.payload, $0.vector, at: position) }
            }
            try #require(isSeen, comment)
        case 3:
            let after = generator.chance(0.5) ? Fixtures.id(generator.below(VersionHistory.idsCount)) : nil
            let page = try await collection.scroll(after: after, limit: 50, filter: filter, withVector: true)
            let ids = history.ids(at: page.appliedPosition, isFiltered: isFiltered)
            let wanted = ids.filter { id in after.map { PointKey(id) > PointKey($0) } ?? true }
            try #require(page.points.map(\.id) == Array(wanted.prefix(50)), comment)
            for point in page.points {
                try #require(
                    try history.has(point.id, point.payload, point.vector, at: page.appliedPosition), comment)
            }
        case 4:
            let info = collection.info()
            try #require(
                info.pointsCount == history.count(at: info.appliedPosition, isFiltered: false), comment)
        default:
            let requests = (0..<3).map { _ in request(&generator) }
            let results = try await collection.searchBatch(requests)
            try #require(Set(results.map(\.appliedPosition)).count == 1, comment)
            for (request, result) in zip(requests, results) { try check(scene, request, result) }
            try check(scene, requests[0], try await collection.search(requests[0]))
        }
    }

    /// The last snapshot is whole, whatever went on while it was taken.
    private func checkFiles(_ scene: Scene, _ files: FaultyFiles, _ workers: WorkerPool) async throws {
        files.restartMachine()
        let restored = try VectorCollections.Collection(
            restoring: CollectionFiles(folder: "f", source: "s", on: files, scratchBytesMin: 0),
            schema: scene.collection.schema,
            parameters: Self.parameters, workers: workers, checking: .full)
        let position = restored.appliedPosition
        try restored.assertValid()
        let points = Fixtures.points(restored.state)
        try #require(points.count == scene.history.count(at: position, isFiltered: false), "seed \(scene.seed)")
        for point in points.values {
            try #require(try scene.history.has(point.id, point.payload, point.vector, at: position))
        }
    }
}
