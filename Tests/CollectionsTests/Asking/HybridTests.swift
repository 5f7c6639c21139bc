import Foundation
import TestSupport
import Testing

@testable import VectorCollections

@Suite struct HybridTests {
    /// Four points: by vector 1, 2, 3, 4; by the word "swift" 3, then 1, the others not.
    @Test func fusesAsComputedByHand() async throws {
        let collection = try Fixtures.collection(dimension: 2)
        let texts = ["swift and much else besides", "nothing", "swift", "none"]
        try collection.load(
            texts.enumerated().map { index, text in
                Point(id: Fixtures.id(index + 1), vector: [1, Float(index) / 2], payload: ["text": .text(text)])
            })
        var request = HybridSearchRequest(
            vector: [1, 0], text: TextQuery("Swift"), limit: 4, withVector: true, withComponents: true)
        let hits = try await collection.searchHybrid(request).hits
        #expect(hits.map(\.id) == [1, 3, 2, 4].map(Fixtures.id))
        let sums: [Double] = [1.0 / 61 + 1.0 / 62, 1.0 / 63 + 1.0 / 61, 1.0 / 62, 1.0 / 64]
        let expected = sums.map { Float($0) }
        #expect(hits.map(\.score) == expected)
        #expect(hits.map { $0.components?.vector?.rank } == [1, 3, 2, 4])
        #expect(hits.map { $0.components?.text?.rank } == [2, 1, nil, nil])
        #expect(hits[0].components?.vector?.score == 1)
        #expect(hits[0].payload["text"] == .text(texts[0]) && hits[0].vector == [1, 0])

        request.vectorWeight = 0
        request.withComponents = false
        request.rankConstant = 1
        let worded = try await collection.searchHybrid(request).hits
        #expect(worded.map(\.id) == [3, 1].map(Fixtures.id))
        #expect(worded.map(\.score) == [0.5, Float(1.0 / 3)] && worded[0].components == nil)
    }

    @Test func equalScoresStandByIds() {
        let ids = (0..<4).map(Fixtures.id)
        let fused = RankFusion(rankConstant: 60, weights: [1, 1]).fuse([[ids[3], ids[1]], [ids[1], ids[3], ids[0]]])
        #expect(fused.map(\.id) == [ids[1], ids[3], ids[0]])
        #expect(fused[0].score == fused[1].score && fused[0].ranks == [2, 1])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func fusesTheTwoListsOfOneState(seed: UInt64) async throws {
        var fixture = try await AskingFixtures(seed: seed, parameters: Fixtures.tinyParameters)
        for round in 0..<20 {
            let (vector, filter) = (fixture.vector(), fixture.filter())
            let query = TextQuery("index " + AskingFixtures.text(using: &fixture.generator))
            let depth = 5 + fixture.generator.below(30)
            let near = try fixture.ranked(vector, filter).prefix(depth).map(\.id)
            let text = TextSearchRequest(query: query, filter: filter, limit: depth)
            let worded = try await fixture.collection.searchText(text).hits.map(\.id)
            var scores: [UUID: Double] = [:]
            for list in [near, worded] {
                for (place, id) in list.enumerated() { scores[id, default: 0] += 1 / Double(61 + place) }
            }
            let expected = scores.map { (PointKey($0.key), Float($0.value)) }
                .sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }.prefix(5)
            let hits = try await fixture.collection.searchHybrid(
                HybridSearchRequest(vector: vector, text: query, filter: filter, limit: 5, depth: depth)
            ).hits
            #expect(hits.map(\.id) == expected.map(\.0.id), "seed \(seed), round \(round)")
            #expect(hits.map(\.score) == expected.map(\.1), "seed \(seed), round \(round)")
        }
    }

    @Test func wrongRequestsAreRefusedByName() async throws {
        let collection = try Fixtures.collection(dimension: 2)
        func refusal(_ change: (inout HybridSearchRequest) -> Void) async -> SearchError? {
            var changed = HybridSearchRequest(vector: [1, 0], text: TextQuery("a"))
            change(&changed)
            let request = changed
            return await #expect(throws: SearchError.self) { try await collection.searchHybrid(request) }
        }
        let limit = await refusal { $0.limit = 1_001 }
        #expect(limit == .limit(came: 1_001, allowed: 1...1_000))
        let depth = await refusal { $0.depth = 9 }
        #expect(depth == .size("depth", came: 9, allowed: 10...1_000))
        let constant = await refusal { $0.rankConstant = 0 }
        #expect(constant == .size("the rank constant", came: 0, allowed: 1...1_000))
        let weight = await refusal { $0.textWeight = -1 }
        #expect(weight == .number("the text's weight", came: -1, allowed: 0...1_000))
        let weights = await refusal { ($0.textWeight, $0.vectorWeight) = (0, 0) }
        #expect(weights == .weightsAllZero)
        let words = await refusal { $0.text.text = "" }
        #expect(words == .noWords)
        let vector = await refusal { $0.vector = [1] }
        #expect(vector == .vector(.dimension(came: 1, allowed: 2)))
        let fields = await refusal { $0.payload = .fields(["x"]) }
        #expect(fields == .unknownField("x", allowed: Fixtures.fields.map(\.name)))
    }
}
