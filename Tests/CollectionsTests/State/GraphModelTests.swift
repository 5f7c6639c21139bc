import Foundation
import TestSupport
import Testing

@testable import VectorCollections

/// As `CollectionModelTests`, with as many points as make walks worth while, changes in the midst of rewrites, and stops
/// in the midst of saves.
@Suite(.serialized) struct GraphModelTests {
    /// The share of the true answer that walks found, over all of a run. Walks are narrow here, so that it could be more.
    private static let recallMin = 0.95
    private static let stepsCount = 36

    @Test(arguments: Seeds.first(4))
    func answersAsTheOracle(seed: UInt64) async throws {
        var model = try GraphModel(seed: seed)
        // Half of them are such as most points match, so that walks are worth while.
        let filters = (0..<12).map { index in
            index % 2 == 0 ? Fixtures.filter(using: &model.generator) : Self.wideFilter(&model.generator)
        }
        try await model.fill()
        var tally = WalkTally()
        for step in 0..<Self.stepsCount {
            let comment: Comment = "seed \(seed), step \(step)"
            switch model.generator.below(20) {
            case 0...5: try model.apply()
            case 6: try await model.collection.maintain()
            case 7: try await model.collection.optimise()
            case 8, 9: try await model.applyDuringRewrite()
            case 10: try await model.snapshot()
            case 11: try await model.failSnapshot()
            case 12: try await model.restart(comment)
            case 13: try await model.checkListing(filters, comment)
            default:
                let filter = model.generator.chance(0.6) ? filters[model.generator.below(filters.count)] : nil
                try await model.checkSearches(filter, among: filters, &tally, comment)
            }
            try #require(model.collection.state.pointsCount == model.oracle.points.count, comment)
            try #require(model.collection.appliedPosition == model.position, comment)
            if step == Self.stepsCount / 2 { try model.collection.assertValid() }
        }
        try await model.collection.optimise()
        try #require(model.collection.info().segmentsCount <= 1, "seed \(seed)")
        let last: [Filter?] = [nil, nil, .noneOf("category", [.keyword("beta")]), filters[0], filters[1]]
        for filter in last {
            try await model.checkSearches(filter, among: filters, &tally, "seed \(seed), merged")
        }
        try model.collection.assertValid()
        #expect(tally.walks >= 20 && tally.filteredWalks > 0, "seed \(seed): \(tally)")
        #expect(tally.recall >= Self.recallMin, "seed \(seed): \(tally)")
    }

    private static func wideFilter(_ generator: inout SeededGenerator) -> Filter {
        .not(Fixtures.filter(depth: 0, using: &generator))
    }
}
