import TestSupport
import Testing

@testable import Embedding

@Suite struct BatchPlanTests {
    private func plan(_ texts: [String], text: Int = 100, batchTexts: Int = 10, batch: Int = 1_000) -> BatchPlan {
        BatchPlan(texts, textTokensMax: text, batchTextsMax: batchTexts, batchTokensMax: batch)
    }

    @Test func fillsBatchesByCountAndByTokens() {
        let five = Array(repeating: "one two", count: 5)
        #expect(plan(five, batchTexts: 2).batches == [0..<2, 2..<4, 4..<5])
        #expect(plan(five, batch: 6).batches == [0..<3, 3..<5], "two tokens each")
        #expect(plan(five).batches == [0..<5])
        #expect(plan([]).batches == [] && plan([]).vectors(fromPieces: []) == [])
    }

    @Test func weighsPiecesByTheirTokens() {
        let plan = plan(["one two three four five six", "one"], text: 4)
        #expect(plan.pieces == [("one two three", 4), ("four five six", 3), ("one", 1)].map(TextPiece.init))
        let vectors = plan.vectors(fromPieces: [[1, 0], [0, 1], [0.6, 0.8]])
        #expect(abs(vectors[0][0] - 0.8) < 1e-6 && abs(vectors[0][1] - 0.6) < 1e-6)
        #expect(vectors[1] == [0.6, 0.8], "a single piece's vector is the text's, to the bit")
    }

    /// Whatever the texts are, every piece is in one batch, in order, and no batch is above its limits.
    @Test(arguments: [1, 2, 3]) func keepsLimitsAndOrder(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let texts = (0..<generator.below(30)).map { _ in RandomText.make(words: generator.below(80), &generator) }
            let plan = plan(texts, text: 20, batchTexts: 7, batch: 60)
            #expect(plan.batches.flatMap { Array($0) } == Array(plan.pieces.indices), "seed \(seed)")
            for batch in plan.batches {
                let tokens = plan.pieces[batch].reduce(0) { $0 + $1.tokens }
                #expect(!batch.isEmpty && batch.count <= 7 && tokens <= 60, "seed \(seed): \(tokens) tokens")
            }
        }
    }
}

/// Texts of words, marks and letters of several scripts.
enum RandomText {
    static func make(words: Int, _ generator: inout SeededGenerator) -> String {
        let marks = [" ", " ", " ", "  ", ". ", "! ", "? ", "\n", ", ", "。", "—", "\t"]
        let special = [
            "a", "Swift", "internationalisation", "42", "1234567", "naïve", "мир", "世界", "👩‍👩‍👧", "x_y", "0xFFee99aabb",
        ]
        let all = (0..<words).map { _ in
            generator.chance(0.3) ? special[generator.below(special.count)] : "word\(generator.below(100))"
        }
        return all.map { $0 + marks[generator.below(marks.count)] }.joined()
    }
}
