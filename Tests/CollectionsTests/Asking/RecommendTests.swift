import Foundation
import TestSupport
import Testing

@testable import VectorCollections

@Suite struct RecommendTests {
    /// The cosine by the engine's own product, for a comparison to the last bit.
    private static func cosines(_ fixture: AskingFixtures, _ vectors: [[Float]], _ filter: Filter?) throws
        -> [UUID: Float]
    {
        var best: [UUID: Float] = [:]
        for vector in vectors {
            for (id, score) in try fixture.ranked(vector, filter) { best[id] = max(best[id] ?? -2, score) }
        }
        return best
    }

    private static func expected(
        _ fixture: AskingFixtures, _ request: RecommendRequest
    ) throws -> [(id: UUID, score: Float)] {
        var excluded: Set<UUID> = []
        func vectors(_ examples: [RecommendRequest.Example]) throws -> [[Float]] {
            try examples.map { example in
                switch example {
                case .id(let id):
                    excluded.insert(id)
                    return try #require(fixture.oracle.points[PointKey(id)]).vector
                case .vector(let vector): return try UnitVector.normalise(vector, dimension: vector.count)
                }
            }
        }
        let (positives, negatives) = (try vectors(request.positives), try vectors(request.negatives))
        var scores: [UUID: Float]
        switch request.strategy {
        case .averageVector:
            let target = (0..<20).map { index -> Float in
                let wanted = positives.reduce(0.0) { $0 + Double($1[index]) } / Double(positives.count)
                if negatives.isEmpty { return Float(wanted) }
                return Float(
                    2 * wanted - negatives.reduce(0.0) { $0 + Double($1[index]) } / Double(negatives.count))
            }
            scores = try cosines(fixture, [target], request.filter)
        case .bestScore:
            let near = try cosines(fixture, positives, request.filter)
            let far = try cosines(fixture, negatives, request.filter)
            scores = near.isEmpty ? far.mapValues { -$0 } : near
            if !positives.isEmpty, !negatives.isEmpty {
                for (id, p) in near {
                    let n = try #require(far[id])
                    scores[id] = p >= n ? p : p - (1 + max(n, -1))
                }
            }
        }
        return scores.filter { !excluded.contains($0.key) && $0.value >= request.scoreThreshold ?? -9 }
            .map { (key: PointKey($0.key), score: $0.value) }
            .sorted { $0.score != $1.score ? $0.score > $1.score : $0.key < $1.key }
            .prefix(request.limit).map { ($0.key.id, $0.score) }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func answersAsTheOracle(seed: UInt64) async throws {
        var fixture = try await AskingFixtures(
            seed: seed, changesCount: 600, idsCount: 260, parameters: Fixtures.tinyParameters)
        let ids = fixture.oracle.ids(nil)
        for round in 0..<40 {
            let comment: Comment = "seed \(seed), round \(round)"
            func examples(_ count: Int) -> [RecommendRequest.Example] {
                (0..<count).map { _ in
                    fixture.generator.chance(0.6)
                        ? .id(ids[fixture.generator.below(ids.count)]) : .vector(fixture.vector())
                }
            }
            let strategy: RecommendRequest.Strategy = round % 2 == 0 ? .averageVector : .bestScore
            let least = strategy == .averageVector ? 1 : 0
            let positives = examples(least + fixture.generator.below(3))
            let negatives = examples((positives.isEmpty ? 1 : 0) + fixture.generator.below(3))
            let request = RecommendRequest(
                positives: positives, negatives: negatives, strategy: strategy, filter: fixture.filter(),
                limit: 1 + fixture.generator.below(40), scoreThreshold: fixture.generator.chance(0.2) ? 0.3 : nil,
                exact: fixture.generator.chance(0.2))
            do {
                let result = try await fixture.collection.recommend(request)
                let expected = try Self.expected(fixture, request)
                #expect(result.hits.map(\.id) == expected.map(\.id), comment)
                #expect(result.hits.map(\.score) == expected.map(\.score), comment)
            } catch SearchError.examplesCancelOut {
                #expect(strategy == .averageVector)
            }
        }
    }

    @Test func examplesAreNotAmongTheHits() async throws {
        let collection = try Fixtures.collection(dimension: 2)
        try collection.load((0..<5).map { Point(id: Fixtures.id($0), vector: [1, Float($0)]) })
        let result = try await collection.recommend(
            RecommendRequest(positives: [.id(Fixtures.id(0)), .id(Fixtures.id(1))], negatives: [.id(Fixtures.id(4))]))
        #expect(result.hits.map(\.id) == [Fixtures.id(2), Fixtures.id(3)])
        #expect(result.matchingCount == 2)
    }

    @Test func wrongRequestsAreRefusedByName() async throws {
        let collection = try Fixtures.collection(dimension: 2)
        try collection.load([Point(id: Fixtures.id(0), vector: [1, 0])])
        func refusal(_ request: RecommendRequest) async -> SearchError? {
            await #expect(throws: SearchError.self) { try await collection.recommend(request) }
        }
        let known = RecommendRequest.Example.id(Fixtures.id(0))
        #expect(await refusal(RecommendRequest(positives: [], negatives: [known])) == .noExamples(needed: "positive"))
        #expect(
            await refusal(RecommendRequest(positives: [], strategy: .bestScore))
                == .noExamples(needed: "positive or negative"))
        let unknown = [Fixtures.id(7), Fixtures.id(9)]
        #expect(
            await refusal(RecommendRequest(positives: [known, .id(unknown[1])], negatives: [.id(unknown[0])]))
                == .unknownExamples(unknown))
        let many = RecommendRequest(positives: Array(repeating: known, count: 101))
        #expect(await refusal(many) == .tooMany("examples", came: 101, countMax: 100))
        let short = await refusal(RecommendRequest(positives: [known, .vector([1])]))
        #expect(short == .example("positives", index: 1, .dimension(came: 1, allowed: 2)))
        #expect(short?.description == "positives[1]: the example has 1 dimensions, the collection 2")
        #expect(
            await refusal(RecommendRequest(positives: [.vector([1, 0]), .vector([-1, 0])])) == .examplesCancelOut)
        #expect(await refusal(RecommendRequest(positives: [known], limit: 0)) == .limit(came: 0, allowed: 1...1_000))
    }
}
