import Foundation
import TestSupport
import Testing
import Workers

@testable import VectorCollections

@Suite struct SearchTests {
    private static func filled(
        _ vectors: [[Float]], parameters: CollectionParameters = CollectionParameters()
    ) async throws -> VectorCollections.Collection {
        let collection = try Fixtures.collection(dimension: vectors[0].count, parameters: parameters)
        try collection.load(vectors.enumerated().map { Point(id: Fixtures.id($0), vector: $1) })
        collection.completeLoad(at: 1)
        try await collection.maintain()
        return collection
    }

    /// The bounds must hold where they are put to the test: equal rows, scores closer than the codes can tell, rows
    /// with one large element, whose codes are coarse.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func codesFindExactlyWhatFullPrecisionFinds(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let dimension = 48
        let centre = (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) }
        let vectors = (0..<1_500).map { index -> [Float] in
            switch index % 4 {
            case 0: centre
            case 1: centre.map { $0 + Float.random(in: -1e-3...1e-3, using: &generator) }
            case 2: (0..<dimension).map { $0 == index % dimension ? 50 : Float.random(in: -1...1, using: &generator) }
            default: (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) }
            }
        }
        var parameters = CollectionParameters()
        parameters.rowScanKilobytes = 0
        let collection = try await Self.filled(vectors, parameters: parameters)
        for limit in [1, 10, 375, 400, 1_000] {
            for round in 0..<8 {
                // A query along an axis has exact codes: all that is lost is lost in the rows.
                let axis = (0..<dimension).map { $0 == round ? Float(1) : 0 }
                let query = [centre, vectors[generator.below(vectors.count)], axis][round % 3]
                var request = SearchRequest(vector: query, limit: limit, explain: true)
                if round > 5 { request.scoreThreshold = 0.9 }
                let coded = try await collection.search(request)
                request.exact = true
                let exact = try await collection.search(request)
                #expect(coded.hits == exact.hits, "seed \(seed), limit \(limit), round \(round)")
                #expect(coded.plan.parts.contains { $0.strategy == .codes })
                #expect(exact.plan.parts.allSatisfy { $0.strategy != .codes })
            }
        }
    }

    @Test func codesSpareMostRowsOfARandomCollection() async throws {
        var generator = SeededGenerator(seed: 41)
        let vectors = (0..<3_000).map { _ in (0..<64).map { _ in Float.random(in: -1...1, using: &generator) } }
        var parameters = CollectionParameters()
        parameters.rowScanKilobytes = 0
        let collection = try await Self.filled(vectors, parameters: parameters)
        let result = try await collection.search(SearchRequest(vector: vectors[7], limit: 10))
        #expect(result.hits[0].id == Fixtures.id(7))
        #expect(result.plan.comparedCount < 300, "compared \(result.plan.comparedCount) of 3000 rows in full precision")
    }

    @Test func thePlanFollowsTheNumberOfMatches() async throws {
        let collection = try await Self.filled((0..<1_000).map { [Float($0) - 500, 7, 1] })
        let part = try #require(collection.state.parts.first)
        var parameters = CollectionParameters()
        parameters.rowScanKilobytes = 1
        // A row of three dimensions is padded to 64 bytes: 16 rows are a kilobyte.
        #expect(SearchPlan.strategy(for: part, matchingCount: 0, exact: true, ef: 8, parameters) == .nothing)
        #expect(SearchPlan.strategy(for: part, matchingCount: 16, exact: false, ef: 8, parameters) == .rows)
        #expect(SearchPlan.strategy(for: part, matchingCount: 17, exact: false, ef: 8, parameters) == .codes)
        #expect(SearchPlan.strategy(for: part, matchingCount: 17, exact: true, ef: 8, parameters) == .rows)
    }

    /// A walk must be worth what a node costs it more than a row costs a scan.
    @Test func aWalkIsPlannedWhereItTakesLessTime() async throws {
        var parameters = CollectionParameters()
        parameters.tailPointsMax = 500
        parameters.fullScanKilobytes = 64
        parameters.m = 4
        parameters.efConstruct = 8
        parameters.rowScanKilobytes = 0
        let collection = try await Self.filled((0..<2_000).map { [Float($0) - 1_000, 7, 1] }, parameters: parameters)
        try await collection.optimise()
        let part = try #require(collection.state.parts.first)
        #expect(part.segment?.graph != nil && part.slotCount == 2_000)
        func strategy(_ matching: Int, ef: Int) -> SearchPlan.Strategy {
            SearchPlan.strategy(for: part, matchingCount: matching, exact: false, ef: ef, parameters)
        }
        // 24 nodes for each of those kept, as many more as there are fewer that match, at the price of 3.3 rows each.
        for ef in [1, 4, 8, 16] {
            let even = Int((24 * Double(ef * part.slotCount) * 3.3).squareRoot())
            #expect(strategy(even, ef: ef) == .codes)
            #expect(strategy(even + 2, ef: ef) == .graph)
        }
        parameters.walkCost = 1
        #expect(strategy(part.slotCount, ef: 64) == .graph)
    }

    @Test func equalScoresComeInTheOrderOfIds() async throws {
        let collection = try await Self.filled(Array(repeating: [0.6, 0.8, 0], count: 300))
        for exact in [true, false] {
            let result = try await collection.search(SearchRequest(vector: [3, 4, 0], limit: 25, exact: exact))
            #expect(result.hits.map(\.id) == (0..<25).map(Fixtures.id))
            #expect(result.matchingCount == 300)
        }
    }

    @Test func theThresholdIncludesItsScore() async throws {
        let collection = try await Self.filled([[1, 0], [0, 1], [-1, 0]])
        let all = try await collection.search(SearchRequest(vector: [1, 0], limit: 10, scoreThreshold: -1))
        #expect(all.hits.map(\.score) == [1, 0, -1])
        let some = try await collection.search(SearchRequest(vector: [1, 0], limit: 10, scoreThreshold: 0))
        #expect(some.hits.map(\.score) == [1, 0])
    }

    @Test func answersCarryWhatWasAskedFor() async throws {
        let collection = try Fixtures.collection(dimension: 2)
        let payload: Payload = ["category": .keyword("A"), "open": .bool(true)]
        try collection.load([Point(id: Fixtures.id(1), vector: [0, 2], payload: payload)])
        func hit(_ selection: PayloadSelection, _ withVector: Bool) async throws -> Hit? {
            let request = SearchRequest(vector: [0, 1], payload: selection, withVector: withVector)
            return try await collection.search(request).hits.first
        }
        #expect(try await hit(.all, false)?.payload == payload)
        #expect(try await hit(.none, true) == Hit(id: Fixtures.id(1), score: 1, payload: [:], vector: [0, 1]))
        #expect(try await hit(.fields(["open", "text"]), false)?.payload == ["open": .bool(true)])
    }

    @Test func requestsOutOfRangeAreNamed() async throws {
        let collection = try Fixtures.collection(dimension: 2)
        let requests: [(SearchRequest, SearchError)] = [
            (SearchRequest(vector: [1]), .vector(.dimension(came: 1, allowed: 2))),
            (SearchRequest(vector: [.nan, 1]), .vector(.notFinite(element: 0))),
            (SearchRequest(vector: [0, 0]), .vector(.zeroVector)),
            (SearchRequest(vector: [1, 0], limit: 0), .limit(came: 0, allowed: 1...1_000)),
            (SearchRequest(vector: [1, 0], limit: 1_001), .limit(came: 1_001, allowed: 1...1_000)),
            (SearchRequest(vector: [1, 0], scoreThreshold: .nan), .scoreThresholdNotFinite),
            (
                SearchRequest(vector: [1, 0], model: "other"),
                .wrongModel(came: "other", collection: "tests", allowed: "model@1")
            ),
            (
                SearchRequest(vector: [1, 0], payload: .fields(["nope"])),
                .unknownField("nope", allowed: Fixtures.fields.map(\.name))
            ),
        ]
        for (request, error) in requests {
            await #expect(throws: error) { try await collection.search(request) }
            #expect(!"\(error)".isEmpty)
        }
        await #expect(throws: SearchError.noFacets(field: "text", kind: .text)) {
            try await collection.facets(field: "text", limit: 5)
        }
        await #expect(throws: SearchError.limit(came: 0, allowed: 1...1_000)) { try await collection.scroll(limit: 0) }
        await #expect(throws: SearchError.tooMany("searches", came: 101, countMax: 100)) {
            try await collection.searchBatch(Array(repeating: SearchRequest(vector: [1, 0]), count: 101))
        }
        #expect(throws: SearchError.tooMany("ids", came: 1_001, countMax: 1_000)) {
            try collection.retrieve(ids: (0..<1_001).map(Fixtures.id))
        }
    }

    @Test func facetsShowTheCommonestSpelling() async throws {
        let collection = try Fixtures.collection(dimension: 1)
        let spellings = ["swift", "Swift", "Swift", "SQL", "sql", "Go"]
        try collection.load(
            spellings.enumerated().map {
                Point(
                    id: Fixtures.id($0), vector: [1],
                    payload: ["category": .keyword($1), "open": .bool($0 < 2), "uses": .integer(Int64($0 / 3))])
            })
        #expect(
            try await collection.facets(field: "category", limit: 10) == [
                Facet(value: .keyword("Swift"), count: 3), Facet(value: .keyword("SQL"), count: 2),
                Facet(value: .keyword("Go"), count: 1),
            ])
        #expect(
            try await collection.facets(field: "open", limit: 1) == [Facet(value: .bool(false), count: 4)])
        #expect(
            try await collection.facets(field: "uses", limit: 9, filter: .equals("category", .keyword("SWIFT"))) == [
                Facet(value: .integer(0), count: 3)
            ])
    }

    @Test func largeScansRunOnThePool() async throws {
        let workers = Fixtures.workers()
        var parameters = CollectionParameters()
        parameters.inlineScanKilobytesMax = 0
        let collection = try Fixtures.collection(dimension: 64, parameters: parameters, workers: workers)
        var generator = SeededGenerator(seed: 42)
        try collection.load((0..<100).map { Fixtures.point($0, dimension: 64, using: &generator) })
        workers.shutdown()
        let request = SearchRequest(vector: Fixtures.vector(64, using: &generator))
        await #expect(throws: (any Error).self) { try await collection.search(request) }
        #expect(try await collection.count() == 100)
    }
}
