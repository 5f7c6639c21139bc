import Foundation
import TestSupport
import Testing

@testable import VectorCollections

@Suite struct TextSearchTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func answersAsAPlainBM25(seed: UInt64) async throws {
        var fixture = try await AskingFixtures(seed: seed, parameters: Fixtures.tinyParameters)
        let plain = PlainBM25(fixture.oracle, field: "text")
        for round in 0..<30 {
            let comment: Comment = "seed \(seed), round \(round)"
            let text =
                AskingFixtures.words[fixture.generator.below(9)] + " "
                + AskingFixtures.text(using: &fixture.generator)
            let (k1, b) = [(1.2, 0.75), (0, 0.5), (2, 1), (0.9, 0)][round % 4]
            let filter = fixture.filter()
            let limit = 1 + fixture.generator.below(round % 2 == 0 ? 5 : 100)
            let result = try await fixture.collection.searchText(
                TextSearchRequest(
                    query: TextQuery(text, fields: [.init("text", k1: k1, b: b)]), filter: filter, limit: limit))
            let matching = Set(fixture.oracle.ids(filter))
            let scores = plain.scores(text, k1: k1, b: b).filter { matching.contains($0.key) }
            #expect(result.hits.count == min(limit, scores.count), comment)
            #expect(result.matchingCount == matching.count, comment)
            // Best first, ties by id.
            for (hit, next) in zip(result.hits, result.hits.dropFirst()) {
                let isOrdered =
                    hit.score != next.score ? hit.score > next.score : PointKey(hit.id) < PointKey(next.id)
                #expect(isOrdered, comment)
            }
            // Each as the plain sum says, and none left out that is better.
            var left = scores
            for hit in result.hits {
                let found = left.removeValue(forKey: hit.id)
                let expected = try #require(found, comment)
                #expect(abs(Double(hit.score) - expected) < 1e-5 * max(1, expected), comment)
            }
            if let last = result.hits.last, let best = left.max(by: { $0.value < $1.value }) {
                #expect(best.value < Double(last.score) + 1e-5, comment)
            }
        }
    }

    /// One segment, many segments with deleted slots, and tails only: the same hits to the last bit.
    @Test(arguments: [11, 12, 13] as [UInt64])
    func scoresDoNotDependOnHowPointsAreStored(seed: UInt64) async throws {
        var one = try await AskingFixtures(seed: seed, changesCount: 400, parameters: Fixtures.tinyParameters)
        let tails = try await AskingFixtures(seed: seed, changesCount: 400, parameters: CollectionParameters())
        let sealed = try Fixtures.collection(parameters: CollectionParameters())
        try sealed.load(
            tails.oracle.points.map { Point(id: $0.key.id, vector: $0.value.vector, payload: $0.value.payload) })
        for number in 1_000..<1_128 { try sealed.load([Point(id: Fixtures.id(number), vector: one.vector())]) }
        sealed.completeLoad(at: 1_000)
        try await sealed.maintain()
        #expect(sealed.info().segmentsCount == 1)
        #expect(tails.collection.info().segmentsCount == 0)
        for _ in 0..<40 {
            let request = TextSearchRequest(
                query: TextQuery("index " + AskingFixtures.text(using: &one.generator)), filter: one.filter(),
                limit: 1 + one.generator.below(20))
            let hits = try await one.collection.searchText(request).hits
            #expect(try await tails.collection.searchText(request).hits == hits, "seed \(seed)")
            var among = request
            among.filter = .all([request.filter ?? .all([]), .hasId(tails.oracle.ids(nil))])
            #expect(try await sealed.searchText(among).hits == hits, "seed \(seed)")
        }
    }

    /// Long lists: blocks, bounds and windows are put to the test against reading everything.
    @Test(arguments: [21, 22] as [UInt64])
    func skippingFindsWhatReadingEverythingFinds(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let collection = try Fixtures.collection(dimension: 2, parameters: CollectionParameters())
        var oracle = Oracle()
        func word() -> String { "w\(generator.below(1 + generator.below(1 + generator.below(300))))x" }
        let points = (0..<6_000).map { number in
            let text = (0..<1 + generator.below(12)).map { _ in word() }.joined(separator: " ")
            return Point(
                id: Fixtures.id(number), vector: [1, 0],
                payload: ["text": .text(text), "uses": .integer(Int64(number % 50))])
        }
        try collection.load(points)
        collection.completeLoad(at: 1)
        try await collection.maintain()
        for point in points { try oracle.upsert(point) }
        for round in 0..<300 {
            let number = generator.below(6_000)
            let change = Change(position: Position(Int64(2 + round)), id: Fixtures.id(number), operation: .delete)
            try collection.apply([change])
            try oracle.apply(change)
        }
        let plain = PlainBM25(oracle, field: "text")
        for round in 0..<12 {
            let text = (0..<1 + round).map { _ in word() }.joined(separator: " ")
            let filter: Filter? = round % 3 == 2 ? .anyOf("uses", [.integer(3), .integer(40)]) : nil
            let request = TextSearchRequest(query: TextQuery(text), filter: filter, limit: 10)
            let hits = try await collection.searchText(request).hits
            let matching = Set(oracle.ids(filter))
            let scores = plain.scores(text, k1: 1.2, b: 0.75).filter { matching.contains($0.key) }
                .map { (key: PointKey($0.key), score: Float($0.value)) }
                .sorted { $0.score != $1.score ? $0.score > $1.score : $0.key < $1.key }
            #expect(hits.count == min(10, scores.count))
            for (hit, expected) in zip(hits, scores) {
                #expect(abs(hit.score - expected.score) < 1e-5 * max(1, expected.score), "seed \(seed), \(round)")
            }
            // The same from a list too long to skip anything.
            var wide = request
            wide.limit = 1_000
            #expect(try await Array(collection.searchText(wide).hits.prefix(10)) == hits, "seed \(seed), \(round)")
        }
    }

    @Test func wrongRequestsAreRefusedByName() async throws {
        let collection = try Fixtures.collection()
        func refusal(_ query: TextQuery, limit: Int = 10, threshold: Float? = nil) async -> SearchError? {
            await #expect(throws: SearchError.self) {
                try await collection.searchText(
                    TextSearchRequest(query: query, limit: limit, scoreThreshold: threshold))
            }
        }
        #expect(await refusal(TextQuery(" ?! ")) == .noWords)
        let long = String(repeating: "a", count: 10_001)
        #expect(await refusal(TextQuery(long)) == .textLength(bytes: 10_001, bytesMax: 10_000))
        let many = (0..<257).map { "w\($0)x" }.joined(separator: " ")
        #expect(await refusal(TextQuery(many)) == .tooMany("words in the text", came: 257, countMax: 256))
        #expect(await refusal(TextQuery("a"), limit: 0) == .limit(came: 0, allowed: 1...1_000))
        #expect(await refusal(TextQuery("a"), threshold: .nan) == .scoreThresholdNotFinite)
        #expect(await refusal(TextQuery("a", fields: [])) == .noTextFields(allowed: ["text"]))
        #expect(await refusal(TextQuery("a", fields: [.init("x")])) == .unknownField("x", allowed: ["text"]))
        #expect(
            await refusal(TextQuery("a", fields: [.init("uses")]))
                == .wrongFieldKind("uses", came: .integer, allowed: [.text]))
        #expect(await refusal(TextQuery("a", fields: [.init("text"), .init("text")])) == .repeatedField("text"))
        #expect(
            await refusal(TextQuery("a", fields: [.init("text", b: 1.5)]))
                == .number("b of 'text'", came: 1.5, allowed: 0...1))
        let error = await refusal(TextQuery("a", fields: [.init("text", weight: .nan)]))
        #expect(error?.description == "the weight of 'text' is nan, allowed is 0.001 to 1000.0")
        #expect(try await collection.searchText(TextSearchRequest(query: TextQuery("a"))).hits.isEmpty)
    }
}
