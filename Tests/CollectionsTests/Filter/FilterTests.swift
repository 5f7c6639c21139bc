import Foundation
import TestSupport
import Testing

@testable import VectorCollections

@Suite struct FilterTests {
    private static let seed: UInt64 = 21

    private static func filled(isSealed: Bool) async throws -> (VectorCollections.Collection, Oracle) {
        var parameters = CollectionParameters()
        parameters.rowScanKilobytes = 0
        parameters.tailPointsMax = 512
        let collection = try Fixtures.collection(parameters: parameters)
        var generator = SeededGenerator(seed: seed)
        let points = (0..<150).map { Fixtures.point($0, using: &generator) }
        var oracle = Oracle()
        for point in points { try oracle.upsert(point) }
        try collection.load(points)
        collection.completeLoad(at: 1)
        if isSealed { try await collection.maintain() }
        #expect((collection.info().segmentsCount == 1) == isSealed)
        return (collection, oracle)
    }

    @Test(arguments: [false, true])
    func everyConditionMatchesWhatTheOracleSays(isSealed: Bool) async throws {
        let (collection, oracle) = try await Self.filled(isSealed: isSealed)
        var generator = SeededGenerator(seed: Self.seed)
        for _ in 0..<250 {
            let filter = Fixtures.filter(using: &generator)
            let page = try await collection.scroll(limit: 1_000, filter: filter)
            #expect(page.points.map(\.id) == oracle.ids(filter), "seed \(Self.seed), filter \(filter)")
            #expect(try await collection.count(filter: filter) == page.points.count)
        }
    }

    @Test(arguments: [false, true])
    func filtersThatMeanTheSameFindTheSame(isSealed: Bool) async throws {
        let (collection, _) = try await Self.filled(isSealed: isSealed)
        var generator = SeededGenerator(seed: Self.seed + 1)
        for _ in 0..<60 {
            let left = Fixtures.filter(depth: 1, using: &generator)
            let right = Fixtures.filter(depth: 1, using: &generator)
            let vector = Fixtures.vector(20, using: &generator)
            let pairs: [(Filter, Filter)] = [
                (left, .not(.not(left))), (.all([left, right]), .all([right, left, right])),
                (.not(.all([left, right])), .any([.not(left), .not(right)])), (.any([left]), .all([left])),
                (
                    .anyOf("skills", [.keyword("go"), .keyword("RUST ")]),
                    .any([.equals("skills", .keyword("Go")), .equals("skills", .keyword("rust"))])
                ),
                (.noneOf("category", [.keyword("beta")]), .not(.equals("category", .keyword("BETA")))),
            ]
            for (one, other) in pairs {
                let first = try await collection.search(SearchRequest(vector: vector, filter: one, limit: 20))
                let second = try await collection.search(SearchRequest(vector: vector, filter: other, limit: 20))
                #expect(first.hits == second.hits && first.matchingCount == second.matchingCount)
            }
        }
    }

    @Test func emptyListsHaveAMeaning() async throws {
        let (collection, _) = try await Self.filled(isSealed: true)
        #expect(try await collection.count(filter: .all([])) == 150)
        #expect(try await collection.count(filter: .any([])) == 0)
        #expect(try await collection.count(filter: .anyOf("category", [])) == 0)
        #expect(try await collection.count(filter: .noneOf("category", [])) == 150)
        #expect(try await collection.count(filter: .allOf("skills", [])) == 150)
        #expect(try await collection.count(filter: .hasId([])) == 0)
    }

    @Test(arguments: [
        (Filter.equals("nope", .bool(true)), FilterError.unknownField("nope", allowed: Fixtures.fields.map(\.name))),
        (.isNull("nope"), .unknownField("nope", allowed: Fixtures.fields.map(\.name))),
        (.equals("category", .text("x")), .wrongKind(field: "category", came: .text, allowed: [.keyword])),
        (.anyOf("score", [.keyword("x")]), .wrongKind(field: "score", came: .keyword, allowed: [.float, .integer])),
        (.equals("created", .float(1)), .wrongKind(field: "created", came: .float, allowed: [.datetime])),
        (.equals("owner", .keyword("x")), .wrongKind(field: "owner", came: .keyword, allowed: [.uuid])),
        (.range("score", lower: nil, upper: nil), .noBounds(field: "score")),
        (.range("score", lower: .inclusive(.float(.nan)), upper: nil), .notFinite(field: "score")),
        (
            .range("text", lower: .inclusive(.text("a")), upper: nil),
            .wrongCondition("range", field: "text", kind: .text, allowed: [.float, .integer, .datetime])
        ),
        (
            .textContains("score", "a"),
            .wrongCondition("textContains", field: "score", kind: .float, allowed: [.text, .keyword, .keywords])
        ),
        (.textContains("text", ""), .partLength(field: "text", bytes: 0, bytesMax: 1_000)),
        ((0..<16).reduce(Filter.isNull("text")) { inner, _ in .not(inner) }, .tooDeep(depthMax: 16)),
    ])
    func aFilterThatDoesNotFitIsNamed(filter: Filter, error: FilterError) throws {
        let schema = try Fixtures.schema()
        #expect(throws: error) { try FilterCompiler.compile(filter, schema: schema) }
        #expect(!"\(error)".isEmpty)
    }

    @Test func tooManyValuesAreRefused() throws {
        let schema = try Fixtures.schema()
        let values = (0..<6_000).map { PayloadValue.integer(Int64($0)) }
        let ids = (0..<4_000).map(Fixtures.id)
        #expect(throws: FilterError.tooManyTerms(termsMax: 10_000)) {
            try FilterCompiler.compile(.all([.anyOf("uses", values), .hasId(ids)]), schema: schema)
        }
    }

    @Test func integerRangesTakeBoundsBeyondTheirKind() throws {
        let schema = try Fixtures.schema()
        func compiled(_ lower: Filter.Bound?, _ upper: Filter.Bound?) throws -> CompiledFilter {
            try FilterCompiler.compile(.range("uses", lower: lower, upper: upper), schema: schema)
        }
        #expect(try compiled(.inclusive(.float(-1e30)), .inclusive(.float(1e30))) == .integers(field: 3, .min ... .max))
        #expect(try compiled(.exclusive(.float(1.5)), .exclusive(.float(4))) == .integers(field: 3, 2...3))
        #expect(try compiled(.exclusive(.integer(.max)), nil) == .nothing)
        #expect(try compiled(nil, .exclusive(.integer(.min))) == .nothing)
        #expect(try compiled(.inclusive(.float(1e30)), nil) == .nothing)
        #expect(try compiled(.inclusive(.integer(3)), .inclusive(.integer(2))) == .nothing)
    }
}
