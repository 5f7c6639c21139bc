import Foundation
import TestSupport
import Testing
import Workers

@testable import VectorCollections

/// What is merged with what while a collection grows.
@Suite struct PartRewriteTests {
    private static let dimension = 16
    /// Points that are worth a graph: 16 floats are 64 bytes.
    private static let graphPoints = 257

    private static func parameters() -> CollectionParameters {
        var parameters = CollectionParameters()
        parameters.tailPointsMax = 64
        parameters.fullScanKilobytes = 16
        parameters.backlogKilobytesMax = 32
        parameters.rowScanKilobytes = 0
        parameters.m = 8
        parameters.efConstruct = 32
        return parameters
    }

    private static func points(_ numbers: Range<Int>, using generator: inout SeededGenerator) -> [Point] {
        numbers.map { number in
            Point(
                id: Fixtures.id(number),
                vector: (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) }, payload: [:])
        }
    }

    private static func changes(_ points: [Point], after position: Position) -> [Change] {
        points.enumerated().map { index, point in
            Change(
                position: Position(position.rawValue + Int64(index) + 1), id: point.id, operation: .upsert(point))
        }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func aGrowingCollectionHasASegmentForEachOrderOfMagnitude(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let collection = try Fixtures.collection(dimension: Self.dimension, parameters: Self.parameters())
        collection.completeLoad(at: .start)
        var count = 0
        while count < 6_000 {
            let added = 1 + generator.below(150)
            let points = Self.points(count..<count + added, using: &generator)
            try collection.apply(Self.changes(points, after: collection.appliedPosition))
            count += added
            try await collection.maintain()
            let segments = collection.state.parts.compactMap(\.segment)
            let comment: Comment = "seed \(seed), \(count) points in \(segments.map(\.slotCount))"
            #expect(collection.state.pointsCount == count, comment)
            let outside = segments.filter { $0.graph == nil }.reduce(0) { $0 + $1.slotCount }
            #expect(outside < Self.graphPoints, comment)
            let graphs = segments.filter { $0.graph != nil }.map(\.slotCount).sorted()
            for (small, large) in zip(graphs, graphs.dropFirst()) {
                #expect(large > PartRewrite.growth * small / 2, comment)
            }
        }
        try collection.assertValid()
        #expect(collection.info().status == .green)
    }

    @Test func beforeTheFirstLoadIsCompleteOnlyTailsAreSealed() async throws {
        var generator = SeededGenerator(seed: 3)
        let collection = try Fixtures.collection(dimension: Self.dimension, parameters: Self.parameters())
        for start in stride(from: 0, to: 2_000, by: 200) {
            try collection.load(Self.points(start..<start + 200, using: &generator))
            try await collection.awaitRoom()
            try await collection.maintain()
        }
        #expect(collection.state.parts.allSatisfy { $0.segment?.graph == nil })
        collection.completeLoad(at: 1)
        try await collection.maintain()
        #expect(collection.state.parts.compactMap(\.segment).contains { $0.graph != nil && $0.slotCount > 1_900 })
        try collection.assertValid()
    }

    @Test func writersWaitForGraphs() async throws {
        var generator = SeededGenerator(seed: 4)
        let collection = try Fixtures.collection(dimension: Self.dimension, parameters: Self.parameters())
        collection.completeLoad(at: .start)
        var waited = 0
        for step in 0..<60 {
            let points = Self.points(step * 50..<(step + 1) * 50, using: &generator)
            let before = collection.info().segmentsCount
            try await collection.awaitRoom()
            if collection.info().segmentsCount != before { waited += 1 }
            try collection.apply(Self.changes(points, after: collection.appliedPosition))
            let outside = collection.state.parts.filter { $0.segment?.graph == nil }.reduce(0) { $0 + $1.liveCount }
            #expect(outside * 64 <= 32 * 1_024 + 50 * 64)
        }
        #expect(waited > 0)
        #expect(collection.state.pointsCount == 3_000)
    }

    /// Two writers' waits: one does the work, the other is woken by it.
    @Test func oneOfTwoWaitersDoesTheWork() async throws {
        var generator = SeededGenerator(seed: 5)
        let collection = try Fixtures.collection(dimension: Self.dimension, parameters: Self.parameters())
        collection.completeLoad(at: .start)
        try collection.apply(Self.changes(Self.points(0..<2_000, using: &generator), after: .start))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { try await collection.awaitRoom() } }
            try await group.waitForAll()
        }
        #expect(collection.state.parts.contains { $0.segment?.graph != nil })
    }
}
