import Foundation
import TestSupport
import Testing

@testable import VectorCollections

@Suite struct RecallIntervalTests {
    /// A way in which recalls may be spread, with its true mean.
    struct Spread: Sendable, CustomStringConvertible {
        let description: String
        let mean: Double
        let draw: @Sendable (inout SeededGenerator) -> Double
    }

    private static let spreads = [
        Spread(description: "nearly all find all", mean: 1 - 0.002 * 0.1) { $0.chance(0.002) ? 0.9 : 1 },
        Spread(description: "ten independent hits", mean: 0.97) { generator in
            Double((0..<10).count { _ in generator.chance(0.97) }) / 10
        },
        Spread(description: "few hits, of which some are missed", mean: 0.8) { generator in
            Double((0..<3).count { _ in generator.chance(0.8) }) / 3
        },
        Spread(description: "all or nothing", mean: 0.95) { $0.chance(0.95) ? 1 : 0 },
        // Pooled hits take these for certain of each other.
        Spread(description: "good, and sometimes lost altogether", mean: 0.95 * 0.98) { generator in
            generator.chance(0.05) ? 0 : Double((0..<10).count { _ in generator.chance(0.98) }) / 10
        },
        Spread(description: "evenly spread", mean: 0.5) { Double.random(in: 0...1, using: &$0) },
    ]

    @Test(arguments: spreads, [3, 10, 40, 120])
    func coversTheTrueMean(_ spread: Spread, count: Int) {
        let seed = UInt64(count) &* 7_919
        var generator = SeededGenerator(seed: seed)
        let rounds = 500
        let covered = (0..<rounds).count { _ in
            let mean = min(1, (0..<count).reduce(0) { total, _ in total + spread.draw(&generator) } / Double(count))
            let interval = RecallInterval(mean: mean, count: count)
            return interval.lower <= spread.mean && spread.mean <= interval.upper
        }
        #expect(Double(covered) / Double(rounds) >= 0.93, "seed \(seed), \(covered) of \(rounds)")
    }

    @Test(arguments: [1, 5, 100, 1_000])
    func hasAKnownFormWhereAllWasFound(count: Int) {
        let interval = RecallInterval(mean: 1, count: count)
        #expect(abs(interval.lower - pow(2 / 0.05, -1 / Double(count))) < 1e-12)
        #expect(interval.upper == 1)
        let none = RecallInterval(mean: 0, count: count)
        #expect(none.lower == 0 && abs(none.upper - (1 - interval.lower)) < 1e-12)
    }

    @Test func narrowsAsSearchesCome() {
        #expect(RecallInterval(mean: 0.5, count: 0) == RecallInterval(mean: 1, count: 0))
        for mean in [0, 0.3, 0.95, 1] {
            var last = RecallInterval(mean: mean, count: 0)
            for count in [1, 2, 10, 100, 1_000] {
                let interval = RecallInterval(mean: mean, count: count)
                #expect(interval.lower >= last.lower && interval.upper <= last.upper)
                #expect(interval.lower <= mean && mean <= interval.upper && interval != last)
                last = interval
            }
            #expect(last.upper - last.lower < 0.09)
        }
    }
}
