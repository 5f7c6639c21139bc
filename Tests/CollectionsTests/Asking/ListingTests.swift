import Foundation
import TestSupport
import Testing

@testable import VectorCollections

/// Pages, counts and facets while others write.
@Suite struct ListingTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func pagesHoldEachPointThatStaysExactlyOnce(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let collection = try Fixtures.collection()
        for number in 0..<60 { try collection.load([AskingFixtures.point(2 * number, using: &generator)]) }
        collection.completeLoad(at: 1)
        var position: Int64 = 1
        var listed: [UUID] = []
        var after: UUID?
        repeat {
            let page = try await collection.scroll(after: after, limit: 1 + generator.below(7))
            listed += page.points.map(\.id)
            after = page.nextAfter
            // Odd ids come and go, even ones are replaced; the last one read may be gone before the next page.
            for _ in 0..<6 {
                position += 1
                let number = generator.below(120)
                let isGoing = number % 2 == 1 && generator.chance(0.5)
                let point = AskingFixtures.point(number, using: &generator)
                let change = Change(
                    position: Position(position), id: point.id, operation: isGoing ? .delete : .upsert(point))
                try collection.apply([change])
            }
            if generator.chance(0.3) { try await collection.maintain() }
        } while after != nil
        #expect(listed.map { PointKey($0) } == listed.map { PointKey($0) }.sorted(), "seed \(seed)")
        #expect(Set(listed).count == listed.count, "seed \(seed)")
        #expect(Set((0..<60).map { Fixtures.id(2 * $0) }).isSubset(of: listed), "seed \(seed)")
    }

    /// Ties by value, and the same whatever the parts.
    @Test(arguments: [1, 2] as [UInt64])
    func facetsAreStable(seed: UInt64) async throws {
        var one = try await AskingFixtures(seed: seed, parameters: Fixtures.tinyParameters)
        let other = try await AskingFixtures(seed: seed, parameters: CollectionParameters())
        for field in ["category", "skills", "uses", "owner", "open"] {
            let filter = one.filter()
            let facets = try await one.collection.facets(field: field, limit: 4, filter: filter)
            #expect(try await other.collection.facets(field: field, limit: 4, filter: filter) == facets)
            #expect(try await one.collection.facets(field: field, limit: 4, filter: filter) == facets)
            for (facet, next) in zip(facets, facets.dropFirst()) where facet.count == next.count {
                if let left = facet.value.integerValue, let right = next.value.integerValue {
                    #expect(left < right, "seed \(seed)")
                }
            }
            let count = try await one.collection.count(filter: filter)
            #expect(try await other.collection.count(filter: filter) == count && count == one.oracle.ids(filter).count)
        }
    }
}
