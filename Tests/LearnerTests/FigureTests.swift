import Foundation
import TestSupport
import Testing

@testable import Learner

@Suite("Figures and elementary functions")
struct FigureTests {
    @Test("The area equals the share of pairs in order, ties counting half", arguments: 1...20 as ClosedRange<UInt64>)
    func area(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let predictions = (0..<60).map { _ in Float(random.below(12)) / 12 }
        let good = predictions.map { random.chance(Double($0) * 0.6 + 0.2) }
        var right = 0.0
        var pairs = 0.0
        for (i, p) in predictions.enumerated() where good[i] {
            for (j, q) in predictions.enumerated() where !good[j] {
                pairs += 1
                right += p > q ? 1 : p == q ? 0.5 : 0
            }
        }
        let area = RankingArea.area(predictions, good: good)
        if pairs > 0 {
            #expect(abs((area ?? -1) - right / pairs) < 1e-12, "seed \(seed)")
        } else {
            #expect(area == nil)
        }
    }

    @Test("Exponential, logarithm and logistic follow the library's within their stated errors")
    func elementary() {
        for step in -3_000...3_000 {
            let x = Float(step) / 100
            let ratio = Double(Elementary.exp(x)) / Foundation.exp(Double(x))
            #expect(abs(ratio - 1) < 1e-5, "\(x)")
            let logistic = 1 / (1 + Foundation.exp(-Double(x)))
            #expect(abs(Double(Elementary.logistic(x)) - logistic) < 1e-5, "\(x)")
        }
        for step in 1...4_000 {
            let x = Float(step) * Float(step) / 1_000
            #expect(abs(Double(Elementary.log(x)) - Foundation.log(Double(x))) < 2e-5, "\(x)")
        }
        #expect(Elementary.exp(1_000).isFinite && Elementary.exp(-1_000) > 0)
    }

    @Test(
        "A vector of thirty-two adds, multiplies, sums and holds like its list", arguments: 1...5 as ClosedRange<UInt64>
    )
    func vector(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let first = (0..<32).map { _ in Float(random.below(2_000)) / 100 - 10 }
        let second = (0..<32).map { _ in Float(random.below(2_000)) / 100 - 10 }
        let a = FeatureVector(first)
        let b = FeatureVector(second)
        #expect(a.list == first)
        #expect((a + b).list == zip(first, second).map { $0 + $1 }, "seed \(seed)")
        #expect((a - b).list == zip(first, second).map { $0 - $1 }, "seed \(seed)")
        #expect((a * b).list == zip(first, second).map { $0 * $1 }, "seed \(seed)")
        #expect(abs(a.sum - first.reduce(0, +)) < 1e-3, "seed \(seed)")
        #expect(a.held(within: 4).list == first.map { min(max($0, -4), 4) }, "seed \(seed)")
    }

    @Test("Perfect, certain predictions have no calibration error; constant ones the distance to the mean")
    func calibration() {
        let exact = LearnerReport.bins([0, 1, 1, 0], [0, 1, 1, 0]) { min(Int($1 * 20), 19) }
        #expect(exact == 0)
        let constant = LearnerReport.bins([0.7, 0.7, 0.7, 0.7], [0, 1, 1, 0]) { min(Int($1 * 20), 19) }
        #expect(abs(constant - 0.2) < 1e-6)
        #expect(abs(LearnerReport.logLoss([0.5, 0.5], [0, 1]) - Foundation.log(2)) < 1e-9)
    }
}
