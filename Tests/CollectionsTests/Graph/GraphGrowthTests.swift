import Foundation
import TestSupport
import Testing

@testable import VectorCollections

/// Graphs that grew by small steps, or of which half was replaced, are as good as one that is built at once of the same
/// points.
@Suite(.serialized) struct GraphGrowthTests {
    private static let dimension = 32
    private static let pointsCount = 4_000
    private static let queriesCount = 400
    /// The share of the true ten best that searches find.
    private static let recallMin = 0.95
    /// How much less may be found than in the graph that was built at once.
    private static let lossMax = 0.01

    private static var parameters: CollectionParameters {
        var parameters = CollectionParameters()
        parameters.tailPointsMax = 250
        parameters.fullScanKilobytes = 64
        parameters.rowScanKilobytes = 0
        parameters.m = 10
        parameters.efConstruct = 60
        parameters.ef = 32
        return parameters
    }

    /// A collection with what it should hold.
    private struct Growing {
        let collection: VectorCollections.Collection
        var vectors: [Int: [Float]] = [:]
        var generator: SeededGenerator
        private let centres: [[Float]]
        private var position: Int64 = 0
        private var changes: [Change] = []

        init(seed: UInt64) throws {
            var generator = SeededGenerator(seed: seed)
            centres = (0..<40).map { _ in
                (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) }
            }
            self.generator = generator
            collection = try Fixtures.collection(dimension: dimension, parameters: parameters)
        }

        mutating func vector() -> [Float] {
            centres[generator.below(centres.count)].map { $0 + Float.random(in: -1...1, using: &generator) }
        }

        mutating func put(_ number: Int) {
            let vector = vector()
            vectors[number] = vector
            note(number, .upsert(Point(id: Fixtures.id(number), vector: vector)))
        }

        mutating func delete(_ number: Int) {
            vectors[number] = nil
            note(number, .delete)
        }

        private mutating func note(_ number: Int, _ operation: Change.Operation) {
            position += 1
            changes.append(Change(position: Position(position), id: Fixtures.id(number), operation: operation))
        }

        mutating func apply() throws {
            try collection.apply(changes)
            changes = []
        }

        /// The same points, all at once.
        func rebuilt() async throws -> VectorCollections.Collection {
            let fresh = try Fixtures.collection(dimension: dimension, parameters: parameters)
            try fresh.load(
                vectors.map { number, vector in Point(id: Fixtures.id(number), vector: vector) })
            fresh.completeLoad(at: Position(position))
            try await fresh.optimise()
            return fresh
        }
    }

    /// As it is, and merged; each beside the graph built at once.
    private func compare(_ growing: Growing, _ comment: Comment) async throws {
        var growing = growing
        let fresh = try await growing.rebuilt()
        let queries = (0..<Self.queriesCount).map { _ in growing.vector() }
        let wanted = try queries.map { query in
            try fresh.searchOnThisThread(SearchRequest(vector: query, payload: .none, exact: true)).hits
        }
        func recall(_ collection: VectorCollections.Collection) throws -> Double {
            var found = 0
            for (query, exact) in zip(queries, wanted) {
                let result = try collection.searchOnThisThread(SearchRequest(vector: query, payload: .none))
                #expect(result.plan.partsCount[.graph] ?? 0 > 0, comment)
                found += result.hits.count { hit in exact.contains { $0.id == hit.id && $0.score == hit.score } }
            }
            return Double(found) / Double(wanted.reduce(0) { $0 + $1.count })
        }
        let built = try recall(fresh)
        let asItIs = try recall(growing.collection)
        try await growing.collection.optimise()
        #expect(growing.collection.info().segmentsCount == 1)
        try growing.collection.assertValid()
        let merged = try recall(growing.collection)
        #expect(built >= Self.recallMin, "\(comment): \(built)")
        #expect(asItIs >= built - Self.lossMax, "\(comment): \(asItIs) against \(built)")
        #expect(merged >= built - Self.lossMax, "\(comment): \(merged) against \(built)")
    }

    @Test(arguments: Seeds.first(1))
    func grownBySmallSteps(seed: UInt64) async throws {
        var growing = try Growing(seed: seed)
        growing.collection.completeLoad(at: .start)
        for (step, number) in (0..<Self.pointsCount).shuffled(using: &growing.generator).enumerated() {
            growing.put(number)
            if step % 20 == 19 { try growing.apply() }
            if growing.generator.chance(0.01) { try await growing.collection.maintain() }
        }
        try growing.apply()
        try await growing.collection.maintain()
        try await compare(growing, "seed \(seed)")
    }

    /// Half is replaced in random order: changed, deleted and come back, or deleted with another in its place.
    @Test(arguments: Seeds.first(1))
    func halfReplaced(seed: UInt64) async throws {
        var growing = try Growing(seed: seed)
        for number in 0..<Self.pointsCount { growing.put(number) }
        try growing.apply()
        try await growing.collection.optimise()
        var away: [Int] = []
        var next = Self.pointsCount
        let replaced = (0..<Self.pointsCount).shuffled(using: &growing.generator).prefix(Self.pointsCount / 2)
        for (step, number) in replaced.enumerated() {
            switch growing.generator.below(4) {
            case 0, 1: growing.put(number)
            case 2:
                growing.delete(number)
                away.append(number)
                if away.count > 50 { growing.put(away.removeFirst()) }
            default:
                growing.delete(number)
                growing.put(next)
                next += 1
            }
            if step % 20 == 19 { try growing.apply() }
            if growing.generator.chance(0.01) { try await growing.collection.maintain() }
        }
        for number in away { growing.put(number) }
        try growing.apply()
        try await growing.collection.maintain()
        try await compare(growing, "seed \(seed)")
    }
}
