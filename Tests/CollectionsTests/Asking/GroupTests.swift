import Foundation
import TestSupport
import Testing

@testable import VectorCollections

@Suite struct GroupTests {
    private struct Expected {
        var value: String
        var ids: [UUID] = []
    }

    private static func names(_ value: PayloadValue?) -> [String] {
        switch value {
        case .keyword(let spelling): [Oracle.folded(spelling)]
        case .keywords(let spellings):
            Set(spellings.map(Oracle.folded)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        case .integer(let number): ["\(number)"]
        case .uuid(let id): [id.uuidString]
        case .bool(let flag): ["\(flag)"]
        default: []
        }
    }

    private static func expected(_ oracle: Oracle, _ request: GroupSearchRequest) throws -> [Expected] {
        var groups: [Expected] = []
        let ranked = try oracle.search(
            request.vector, request.filter, limit: .max, threshold: request.scoreThreshold)
        for (id, _) in ranked {
            for name in names(oracle.points[PointKey(id)]?.payload[request.groupBy]) {
                if let index = groups.firstIndex(where: { $0.value == name }) {
                    if groups[index].ids.count < request.perGroupMax { groups[index].ids.append(id) }
                } else if groups.count < request.groupsMax {
                    groups.append(Expected(value: name, ids: [id]))
                }
            }
        }
        return groups
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func answersAsTheOracle(seed: UInt64) async throws {
        var fixture = try await AskingFixtures(seed: seed, parameters: Fixtures.tinyParameters)
        for round in 0..<30 {
            let field = ["category", "skills", "uses", "owner", "open"][round % 5]
            let request = GroupSearchRequest(
                vector: fixture.vector(), groupBy: field, groupsMax: 1 + fixture.generator.below(5),
                perGroupMax: 1 + fixture.generator.below(4), filter: fixture.filter(),
                scoreThreshold: fixture.generator.chance(0.2) ? 0.2 : nil)
            try await Self.compare(fixture.collection, fixture.oracle, request, "seed \(seed), round \(round)")
        }
    }

    private static func compare(
        _ collection: VectorCollections.Collection, _ oracle: Oracle, _ request: GroupSearchRequest,
        _ comment: Comment
    ) async throws {
        let result = try await collection.searchGroups(request)
        let expected = try expected(oracle, request)
        #expect(result.groups.map { names($0.value) } == expected.map { [$0.value] }, comment)
        #expect(result.groups.map { $0.hits.map(\.id) } == expected.map(\.ids), comment)
        let filter = Filter.all([request.filter ?? .all([]), .not(.isNull(request.groupBy))])
        #expect(result.matchingCount == oracle.ids(filter).count, comment)
    }

    /// The best thousand and more are of one group, so that only a full comparison finds the others.
    @Test func groupsAreFilledFromBehindTheBestThousand() async throws {
        var generator = SeededGenerator(seed: 31)
        let collection = try Fixtures.collection(dimension: 3, parameters: CollectionParameters())
        var oracle = Oracle()
        for number in 0..<1_500 {
            let group = number < 1_400 ? 0 : number % 3
            let vector = [1, Float(group), Float.random(in: 0...0.5, using: &generator)]
            let point = Point(id: Fixtures.id(number), vector: vector, payload: ["uses": .integer(Int64(group))])
            try collection.load([point])
            try oracle.upsert(point)
        }
        collection.completeLoad(at: 1)
        try await collection.maintain()
        for (groups, perGroup) in [(1, 100), (2, 3), (3, 100), (5, 1)] {
            let request = GroupSearchRequest(
                vector: [1, 0, 0], groupBy: "uses", groupsMax: groups, perGroupMax: perGroup)
            try await Self.compare(collection, oracle, request, "\(groups) groups of \(perGroup)")
        }
    }

    @Test func wrongRequestsAreRefusedByName() async throws {
        let collection = try Fixtures.collection(dimension: 2)
        func refusal(_ field: String, groups: Int = 1, perGroup: Int = 1) async -> SearchError? {
            await #expect(throws: SearchError.self) {
                try await collection.searchGroups(
                    GroupSearchRequest(vector: [1, 0], groupBy: field, groupsMax: groups, perGroupMax: perGroup))
            }
        }
        #expect(
            await refusal("x") == .unknownField("x", allowed: ["category", "skills", "uses", "owner", "open"]))
        #expect(
            await refusal("text")
                == .wrongFieldKind("text", came: .text, allowed: GroupSearchRequest.kinds))
        #expect(
            await refusal("open", groups: 0) == .size("the number of groups", came: 0, allowed: 1...100))
        #expect(
            await refusal("open", perGroup: 101)
                == .size("the number of hits a group", came: 101, allowed: 1...100))
    }
}
