import Foundation
import TestSupport
import Testing

@testable import VectorCollections

@Suite struct DiversityTests {
    private static func expected(
        _ fixture: AskingFixtures, _ vector: [Float], _ filter: Filter?, _ diversity: Double, limit: Int, pool: Int
    ) throws -> [UUID] {
        var rest = Array(try fixture.ranked(vector, filter).prefix(pool))
        var chosen: [UUID] = []
        func padded(_ id: UUID) throws -> [Float] {
            try #require(fixture.oracle.points[PointKey(id)]).vector + [Float](repeating: 0, count: 12)
        }
        while chosen.count < limit, !rest.isEmpty {
            let scores = try rest.map { entry -> Double in
                let row = try padded(entry.id)
                let nearest = try chosen.map { Kernels.best.dot(try padded($0), row, 32) }.max() ?? 0
                return (1 - diversity) * Double(entry.score) - diversity * Double(nearest)
            }
            let best = try #require(scores.max())
            let index = try #require(scores.firstIndex(of: best))
            chosen.append(rest.remove(at: index).id)
        }
        return chosen
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func choosesAsTheOracle(seed: UInt64) async throws {
        var fixture = try await AskingFixtures(seed: seed, parameters: Fixtures.tinyParameters)
        for round in 0..<24 {
            let comment: Comment = "seed \(seed), round \(round)"
            let diversity = [0, 0.3, 0.7, 1][round % 4]
            let limit = 1 + fixture.generator.below(12)
            let pool = limit + fixture.generator.below(40)
            let request = SearchRequest(
                vector: fixture.vector(), filter: fixture.filter(), limit: limit, withVector: true)
            let result = try await fixture.collection.searchDiverse(request, diversity: diversity, poolCount: pool)
            let expected = try Self.expected(
                fixture, request.vector, request.filter, diversity, limit: limit, pool: pool)
            #expect(result.hits.map(\.id) == expected, comment)
            let plain = try await fixture.collection.search(request)
            if diversity == 0 { #expect(result.hits == plain.hits, comment) }
            #expect(result.hits.first == plain.hits.first && result.matchingCount == plain.matchingCount, comment)
        }
    }

    @Test func wrongRequestsAreRefusedByName() async throws {
        let collection = try Fixtures.collection(dimension: 2)
        func refusal(_ diversity: Double, limit: Int = 10, pool: Int? = nil) async -> SearchError? {
            await #expect(throws: SearchError.self) {
                try await collection.searchDiverse(
                    SearchRequest(vector: [1, 0], limit: limit), diversity: diversity, poolCount: pool)
            }
        }
        #expect(await refusal(1.1) == .number("diversity", came: 1.1, allowed: 0...1))
        #expect(await refusal(.nan) != nil)
        #expect(await refusal(0.5, pool: 9) == .size("pool", came: 9, allowed: 10...1_000))
        #expect(await refusal(0.5, limit: 1_001) == .limit(came: 1_001, allowed: 1...1_000))
    }
}
