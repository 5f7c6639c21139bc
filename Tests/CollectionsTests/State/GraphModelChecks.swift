import Foundation
import TestSupport
import Testing

@testable import VectorCollections

/// What searches found of what they should have, and by which way.
struct WalkTally {
    private(set) var walks = 0
    private(set) var filteredWalks = 0
    private(set) var found = 0
    private(set) var wanted = 0
    private(set) var strategies: Set<SearchPlan.Strategy> = []

    var recall: Double { Double(found) / Double(max(1, wanted)) }

    mutating func add(_ result: SearchResult, _ request: SearchRequest, _ answer: RememberingOracle.Answer) {
        strategies.formUnion(result.plan.partsCount.keys)
        guard result.plan.partsCount[.graph] != nil else { return }
        walks += 1
        if request.filter != nil { filteredWalks += 1 }
        found += answer.found(result.hits)
        wanted += answer.best.count
    }

    mutating func add(_ other: WalkTally) {
        walks += other.walks
        filteredWalks += other.filteredWalks
        found += other.found
        wanted += other.wanted
        strategies.formUnion(other.strategies)
    }
}

/// Questions put to the collection and to the oracle.
extension GraphModel {
    /// Searches alone and in a batch: exact answers are the oracle's, others keep what is promised of walks.
    mutating func checkSearches(
        _ filter: Filter?, among filters: [Filter], _ tally: inout WalkTally, _ comment: Comment
    ) async throws {
        var requests = (0..<4).map { _ in request(filter) }
        let batch = try await collection.searchBatch(requests)
        for index in requests.indices {
            let answer = try oracle.search(requests[index])
            try check(batch[index], requests[index], answer, &tally, comment)
            try check(try await collection.search(requests[index]), requests[index], answer, &tally, comment)
            requests[index].exact = true
            try check(try await collection.search(requests[index]), requests[index], answer, &tally, comment)
        }
        if let filter { try await checkEquivalents(filter, filters, requests[0], comment) }
    }

    private mutating func request(_ filter: Filter?) -> SearchRequest {
        SearchRequest(
            vector: vector(), filter: filter, limit: 1 + generator.below(generator.chance(0.9) ? 10 : 200),
            scoreThreshold: generator.chance(0.15) ? Float.random(in: -0.2...0.8, using: &generator) : nil,
            withVector: true, ef: generator.chance(0.3) ? 16 + generator.below(24) : nil)
    }

    private func check(
        _ result: SearchResult, _ request: SearchRequest, _ answer: RememberingOracle.Answer, _ tally: inout WalkTally,
        _ comment: Comment
    ) throws {
        let comment: Comment = "\(comment), \(result.plan.partsCount), \(request)"
        try #require(result.appliedPosition == position && result.matchingCount == answer.matchingCount, comment)
        let isWalk = result.plan.partsCount[.graph] != nil
        try #require(!request.exact || !isWalk, comment)
        if !isWalk {
            try #require(result.hits.map(\.id) == answer.best.map(\.id), comment)
        } else if request.scoreThreshold == nil {
            try #require(result.hits.count == answer.best.count, comment)
        }
        try #require(result.hits.count <= answer.best.count, comment)
        for (hit, next) in zip(result.hits, result.hits.dropFirst()) {
            let isInOrder = hit.score != next.score ? hit.score > next.score : PointKey(hit.id) < PointKey(next.id)
            try #require(isInOrder, comment)
        }
        for hit in result.hits {
            // Whatever is found exists, matches, and has its true score.
            try #require(answer.scores[PointKey(hit.id)] == hit.score, comment)
            try #require(hit.score >= request.scoreThreshold ?? -.infinity, comment)
            try #require(hit.vector == oracle.points[PointKey(hit.id)]?.vector, comment)
            try #require(oracle.has(hit.payload, of: hit.id), comment)
        }
        tally.add(result, request, answer)
    }

    /// Filters that mean the same give the same answer, to the last bit, walks too.
    private mutating func checkEquivalents(
        _ filter: Filter, _ filters: [Filter], _ request: SearchRequest, _ comment: Comment
    ) async throws {
        let other = filters[generator.below(filters.count)]
        let values = Fixtures.categories.shuffled(using: &generator).prefix(3).map { PayloadValue.keyword($0) }
        let pairs: [(Filter, Filter)] = [
            (filter, .not(.not(filter))),
            (.all([filter, other]), .all([other, filter])),
            (.any([filter, other]), .not(.all([.not(filter), .not(other)]))),
            (.anyOf("category", values), .any(values.map { .equals("category", $0) })),
            (.noneOf("category", values), .all(values.map { .not(.equals("category", $0)) })),
        ]
        for (one, same) in pairs {
            var first = request
            first.exact = false
            first.filter = one
            var second = first
            second.filter = same
            let (answer, again) = (try await collection.search(first), try await collection.search(second))
            try #require(answer.hits == again.hits && answer.plan == again.plan, "\(comment), \(one) and \(same)")
        }
    }

    /// Pages, counts, facets and points by id.
    mutating func checkListing(_ filters: [Filter], _ comment: Comment) async throws {
        let filter = generator.chance(0.7) ? filters[generator.below(filters.count)] : nil
        let comment: Comment = "\(comment), \(String(describing: filter))"
        let wanted = oracle.matching(filter).sorted()
        try #require(try await collection.count(filter: filter) == wanted.count, comment)
        var listed: [UUID] = []
        var after: UUID?
        repeat {
            let limit = 100 + generator.below(900)
            let page = try await collection.scroll(after: after, limit: limit, filter: filter, payload: .none)
            try #require(page.appliedPosition == position && page.points.count <= limit, comment)
            listed += page.points.map(\.id)
            after = page.nextAfter
        } while after != nil
        try #require(listed == wanted.map(\.id), comment)
        for field in ["category", "skills", "uses", "open", "owner"] {
            let facets = try await collection.facets(field: field, limit: 1_000, filter: filter)
            let counts = oracle.counts(field, filter)
            try #require(facets.count == counts.count, comment)
            for facet in facets {
                let value = facet.value.stringValue.map { .keyword(Oracle.folded($0)) } ?? facet.value
                try #require(counts[value] == facet.count, comment)
            }
        }
        let ids = (0..<20).map { _ in Fixtures.id(generator.below(Self.idsCount)) }
        for stored in try collection.retrieve(ids: ids, withVector: true) {
            try #require(stored.vector == oracle.points[PointKey(stored.id)]?.vector, comment)
            try #require(oracle.has(stored.payload, of: stored.id), comment)
        }
        try #require(
            try collection.retrieve(ids: ids).map(\.id) == ids.filter { oracle.points[PointKey($0)] != nil }, comment)
    }
}
