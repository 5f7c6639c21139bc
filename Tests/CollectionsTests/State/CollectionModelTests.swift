import Foundation
import TestSupport
import Testing

@testable import VectorCollections

/// Random changes, maintenance and questions; after each step the collection must be valid and answer as the oracle.
@Suite struct CollectionModelTests {
    private static let pointsCount = 70

    private struct Run {
        let collection: VectorCollections.Collection
        var oracle = Oracle()
        var generator: SeededGenerator
        var position = Position.start
        var lastBatch: [Change] = []
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func answersAsTheOracle(seed: UInt64) async throws {
        var run = Run(collection: try Fixtures.collection(), generator: SeededGenerator(seed: seed))
        var seen: Set<SearchPlan.Strategy> = []
        for step in 0..<160 {
            let comment: Comment = "seed \(seed), step \(step)"
            switch run.generator.below(10) {
            case 0...4: try apply(&run)
            case 5: try await run.collection.maintain()
            case 6: try run.collection.apply(run.lastBatch)
            case 7: try await checkListing(&run, comment)
            default: try await checkSearch(&run, &seen, comment)
            }
            #expect(throws: Never.self, comment) { try run.collection.assertValid() }
            #expect(run.collection.state.pointsCount == run.oracle.points.count, comment)
            #expect(run.collection.state.appliedPosition == run.position, comment)
        }
        // So few points are never worth a walk, beside which halves are scanned, though their graphs are built and checked.
        #expect(
            seen == Set(SearchPlan.Strategy.allCases).subtracting([.graph, .halves]),
            "seed \(seed) did not take every way")
        try await run.collection.maintain()
        #expect(run.collection.info().status == .green)
        #expect(run.collection.info().segmentsCount <= Fixtures.tinyParameters.segmentsMax)
    }

    private func apply(_ run: inout Run) throws {
        var changes: [Change] = []
        for _ in 0..<1 + run.generator.below(12) {
            run.position = Position(run.position.rawValue + 1 + Int64(run.generator.below(2)))
            let number = run.generator.below(Self.pointsCount)
            let point = Fixtures.point(number, using: &run.generator)
            let operation = run.generator.chance(0.7) ? Change.Operation.upsert(point) : .delete
            changes.append(Change(position: run.position, id: point.id, operation: operation))
        }
        for change in changes { try run.oracle.apply(change) }
        // The overlap with what was applied before must be passed over.
        try run.collection.apply(run.lastBatch + changes)
        run.lastBatch = changes
    }

    private func checkSearch(
        _ run: inout Run, _ seen: inout Set<SearchPlan.Strategy>, _ comment: Comment
    ) async throws {
        var requests: [SearchRequest] = []
        for _ in 0..<3 {
            requests.append(
                SearchRequest(
                    vector: Fixtures.vector(20, using: &run.generator),
                    filter: run.generator.chance(0.6) ? Fixtures.filter(using: &run.generator) : nil,
                    limit: 1 + run.generator.below(run.generator.chance(0.5) ? 5 : 100),
                    scoreThreshold: run.generator.chance(0.3)
                        ? Float.random(in: -0.5...0.9, using: &run.generator) : nil,
                    withVector: true, exact: run.generator.chance(0.3), explain: true))
        }
        let batch = try await run.collection.searchBatch(requests)
        for (request, batched) in zip(requests, batch) {
            let result = try await run.collection.search(request)
            #expect(result.hits == batched.hits, comment)
            let expected = try run.oracle.search(
                request.vector, request.filter, limit: request.limit, threshold: request.scoreThreshold)
            #expect(result.hits.map(\.id) == expected.map(\.id), comment)
            #expect(result.hits.map(\.score) == expected.map(\.score), comment)
            #expect(result.matchingCount == run.oracle.ids(request.filter).count, comment)
            #expect(result.appliedPosition == run.position, comment)
            let unit = try UnitVector.normalise(request.vector, dimension: 20)
            for hit in result.hits {
                let product = zip(unit, hit.vector ?? []).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                #expect(abs(product - Double(hit.score)) < 1e-5, comment)
            }
            seen.formUnion(result.plan.parts.map(\.strategy))
        }
    }

    private func checkListing(_ run: inout Run, _ comment: Comment) async throws {
        let filter = run.generator.chance(0.5) ? Fixtures.filter(using: &run.generator) : nil
        var listed: [UUID] = []
        var after: UUID?
        repeat {
            let page = try await run.collection.scroll(after: after, limit: 1 + run.generator.below(9), filter: filter)
            listed += page.points.map(\.id)
            after = page.nextAfter
        } while after != nil
        #expect(listed == run.oracle.ids(filter), comment)
        for field in ["category", "skills"] {
            let facets = try await run.collection.facets(field: field, limit: 1_000, filter: filter)
            let counts = run.oracle.keywordCounts(field, filter)
            #expect(facets.count == counts.count, comment)
            for facet in facets {
                #expect(counts[Oracle.folded(facet.value.stringValue ?? "")] == facet.count, comment)
            }
            #expect(facets.map(\.count) == facets.map(\.count).sorted(by: >), comment)
        }
        #expect(
            run.collection.keywords(of: "skills").keywords == Set(run.oracle.keywordCounts("skills", nil).keys), comment
        )
        #expect(run.collection.keywords(of: "category").position == run.position, comment)
        let ids = (0..<10).map { _ in Fixtures.id(run.generator.below(Self.pointsCount)) }
        let stored = try run.collection.retrieve(ids: ids)
        #expect(stored.map(\.id) == ids.filter { run.oracle.points[PointKey($0)] != nil }, comment)
    }

    @Test func equalLogsGiveEqualAnswersHoweverPartsWereMade() async throws {
        var generator = SeededGenerator(seed: 9)
        let changes = (1...200).map { position in
            let point = Fixtures.point(generator.below(60), using: &generator)
            return Change(position: Position(Int64(position)), id: point.id, operation: .upsert(point))
        }
        let one = try Fixtures.collection()
        let other = try Fixtures.collection(parameters: CollectionParameters())
        for change in changes {
            try one.apply([change])
            if generator.chance(0.1) { try await one.maintain() }
        }
        try other.apply(changes)
        for _ in 0..<20 {
            let request = SearchRequest(vector: Fixtures.vector(20, using: &generator), limit: 15)
            #expect(try await one.search(request).hits == other.search(request).hits)
        }
        let facets = try await one.facets(field: "category", limit: 3)
        #expect(try await other.facets(field: "category", limit: 3) == facets)
    }
}
