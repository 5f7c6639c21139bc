import Foundation
import Testing

@testable import Recommend

@Suite struct SuggestionFiguresTests {
    @Test func theIdealListHasOnes() {
        var figures = SuggestionFigures(bank: ["a": 3, "b": 1, "c": 5], depth: 4)
        // Topics in turn: a, b, then what is left.
        figures.add(["a", "b", "a", "a"], wanted: ["a": 2, "b": 1])
        #expect(figures.posts == 1 && figures.precision == 1 && figures.coverage == 1)
        #expect(abs(figures.alphaNdcg - 1) < 1e-12)
        #expect(figures.ndcg < 1, "by weights alone all of a come first")
        var weighed = SuggestionFigures(bank: ["a": 3, "b": 1], depth: 4)
        weighed.add(["a", "a", "a", "b"], wanted: ["a": 2, "b": 1])
        #expect(abs(weighed.ndcg - 1) < 1e-12 && weighed.alphaNdcg < 1)
    }

    @Test func countsByHand() {
        var figures = SuggestionFigures(bank: ["a": 2, "b": 2], depth: 2)
        figures.add(["x", "a"], wanted: ["a": 1, "b": 1, "gone": 2])
        let second = 1 / log2(3.0)
        #expect(abs(figures.ndcg - second / (1 + second)) < 1e-12)
        #expect(abs(figures.alphaNdcg - second / (1 + second)) < 1e-12)
        #expect(figures.precision == 0.5 && figures.coverage == 0.5)
        figures.add([], wanted: ["a": 1])
        #expect(figures.posts == 2 && figures.precision == 0.25 && figures.coverage == 0.25)
        figures.add(["a"], wanted: ["gone": 1])
        #expect(figures.posts == 2, "a post that wants nothing of the bank does not count")
    }
}
