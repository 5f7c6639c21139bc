import TestSupport
import Testing

@testable import VectorCollections

@Suite struct HalfScanTests {
    private static let dimension = 96

    /// Numbers spread evenly; a few large elements that all vectors share, beside which the others have hardly any codes;
    /// one large element at another place in each; vectors all near each other.
    private enum Shape: CaseIterable { case even, sharedOutliers, ownOutlier, near }

    private static func vector(_ shape: Shape, _ number: Int, using generator: inout SeededGenerator) -> [Float] {
        var vector = (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) }
        switch shape {
        case .even: break
        case .sharedOutliers:
            vector[3] = 40
            vector[50] = -25
        case .ownOutlier: vector[number % dimension] = 50
        case .near: for index in vector.indices { vector[index] = Float(index % 7) + 0.05 * vector[index] }
        }
        return vector
    }

    /// A tail and a segment of the same points.
    private static func parts(_ vectors: [[Float]]) throws -> [Part] {
        let schema = try Fixtures.schema(dimension: dimension)
        var tail = Part(number: 1, tail: Tail(dimension: dimension, capacity: vectors.count))
        for (number, vector) in vectors.enumerated() {
            _ = tail.append(try PreparedPoint(Point(id: Fixtures.id(number), vector: vector), schema: schema))
        }
        let segment = try SegmentBuilder(parts: [tail], schema: schema).plain()
        return [tail, Part(number: 2, segment: segment)]
    }

    private static func run(_ query: QueryVector, limit: Int, floor: Float?, _ body: (inout [QueryRun]) -> Void)
        -> QueryRun
    {
        var runs = [QueryRun(vector: query, top: TopHits(limit: limit, scoreThreshold: floor))]
        body(&runs)
        return runs[0]
    }

    /// What it passes over is one row of fifty million: of these 85,000 comparisons none.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func findsWhatFullPrecisionFinds(seed: UInt64) throws {
        for shape in Shape.allCases {
            var generator = SeededGenerator(seed: seed)
            let vectors = (0..<500).map { Self.vector(shape, $0, using: &generator) }
            for part in try Self.parts(vectors) {
                var matching = part.live
                for slot in 0..<500 where slot % 9 == 4 { matching.remove(slot) }
                let halves = try #require(part.halves)
                for round in 0..<8 {
                    let near = vectors[generator.below(500)]
                    let asked = round % 2 == 0 ? near : Self.vector(shape, round, using: &generator)
                    let query = try QueryVector(asked, dimension: Self.dimension)
                    let limit = [1, 10, 120][round % 3]
                    let full = Self.run(query, limit: limit, floor: nil) {
                        RowScan(place: 0, part: part, matching: matching).run(&$0)
                    }
                    let floor = round > 5 ? full.top.floor - 0.01 : nil
                    let found = Self.run(query, limit: limit, floor: floor) {
                        HalfScan(place: 0, part: part, halves: halves, matching: matching).run(&$0, limits: [limit])
                    }
                    #expect(
                        found.top.sorted.map(\.key) == full.top.sorted.map(\.key),
                        "seed \(seed), \(shape), round \(round)")
                    #expect(found.top.sorted.map(\.score) == full.top.sorted.map(\.score))
                }
            }
        }
    }

    @Test func sparesMostRowsUnlessCodesSayTooLittle() throws {
        var generator = SeededGenerator(seed: 7)
        func compared(_ shape: Shape) throws -> [Int] {
            let vectors = (0..<2_000).map { Self.vector(shape, $0, using: &generator) }
            let query = try QueryVector(vectors[11], dimension: Self.dimension)
            return try Self.parts(vectors).map { part in
                let halves = try #require(part.halves)
                let run = Self.run(query, limit: 10, floor: nil) {
                    HalfScan(place: 0, part: part, halves: halves, matching: part.live).run(&$0, limits: [10])
                }
                return run.comparedCount
            }
        }
        #expect(try compared(.even).allSatisfy { $0 < 700 })
        #expect(try compared(.sharedOutliers) == [2_000, 2_000])
    }

    /// Beside a walk, tails and segments without a graph are scanned so; without a walk, and where exactness is asked for,
    /// never.
    @Test func standsOnlyBesideWalks() async throws {
        var generator = SeededGenerator(seed: 8)
        var parameters = CollectionParameters()
        parameters.tailPointsMax = 100
        parameters.fullScanKilobytes = 400
        let collection = try Fixtures.collection(dimension: Self.dimension, parameters: parameters)
        var number = 0
        func add(_ count: Int) throws {
            let changes = (0..<count).map { _ in
                number += 1
                let vector = Self.vector(.even, number, using: &generator)
                let point = Point(id: Fixtures.id(number), vector: vector)
                return Change(position: Position(Int64(number)), id: point.id, operation: .upsert(point))
            }
            try collection.apply(changes)
        }
        func strategies(exact: Bool = false) async throws -> Set<SearchPlan.Strategy> {
            let vector = Self.vector(.even, 0, using: &generator)
            var request = SearchRequest(vector: vector, exact: exact, explain: true)
            request.ef = 8
            return Set(try await collection.search(request).plan.parts.map(\.strategy))
        }
        try add(900)
        #expect(try await !strategies().contains(.halves))
        try add(3_100)
        try await collection.maintain()
        try add(370)
        #expect(try await strategies() == [.graph, .halves])
        #expect(try await strategies(exact: true) == [.rows])
    }
}
