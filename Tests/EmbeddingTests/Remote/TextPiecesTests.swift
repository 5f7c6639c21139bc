import TestSupport
import Testing

@testable import Embedding

@Suite struct TextPiecesTests {
    private func cut(_ text: String, _ tokensMax: Int) -> [String] {
        TextPiece.cut(text, tokensMax: tokensMax).map(\.text)
    }

    @Test func leavesATextThatFitsAlone() {
        #expect(cut(" one  two ", 10) == [" one  two "])
        #expect(cut("", 10) == [" "], "providers refuse an empty text")
    }

    @Test func cutsAtSentencesThenAtWords() {
        #expect(cut("Ab cd ef. Gh ij kl.", 6) == ["Ab cd ef.", "Gh ij kl."])
        #expect(cut("Ab. Cd ef gh ij kl mn op", 6) == ["Ab. Cd ef gh ij", "kl mn op"], "a sentence that is too short")
        #expect(cut("ab cd\nef gh", 3) == ["ab cd", "ef gh"])
        #expect(cut("version 1.2.3 of it", 100) == ["version 1.2.3 of it"])
        #expect(cut("世界。世界。", 6) == ["世界。", "世界。"])
    }

    @Test func cutsWhereItIsFullWhenThereIsNoSpace() {
        let pieces = cut(String(repeating: "x", count: 100), 5)
        #expect(pieces.count > 5 && pieces.joined().count == 100)
        #expect(cut("👍👍", 1) == ["👍", "👍"], "a scalar above the limit goes alone")
    }

    @Test func dropsPiecesOfWhiteSpace() {
        #expect(cut("a" + String(repeating: " ", count: 1_000) + "b", 5) == ["a", "b"])
        #expect(cut(String(repeating: " \n", count: 1_000), 5) == [" "])
    }

    /// No letter is lost or doubled, and no piece is above the limit.
    @Test(arguments: [21, 22, 23, 24]) func keepsEveryLetter(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let text = RandomText.make(words: generator.below(120), &generator)
            let tokensMax = 4 + generator.below(40)
            let pieces = TextPiece.cut(text, tokensMax: tokensMax)
            func letters(_ text: String) -> [Unicode.Scalar] {
                text.unicodeScalars.filter { !$0.properties.isWhitespace }
            }
            #expect(letters(pieces.map(\.text).joined()) == letters(text), "seed \(seed)")
            let worst = pieces.map(\.tokens).max() ?? 0
            #expect(worst <= tokensMax, "seed \(seed)")
        }
    }

    @Test func estimatesOnTheSafeSide() {
        // 21 words and two marks, each a token of its own in the usual vocabularies.
        let english =
            "The quick brown fox jumps over the lazy dog, and then it runs back into the forest because it rains."
        #expect((24...40).contains(TokenEstimate.tokens(of: english)))
        #expect(TokenEstimate.tokens(of: String(repeating: "世", count: 100)) >= 100)
        #expect(TokenEstimate.tokens(of: "3f9a0c1e5b7d2846af01c3e5972b4d60") >= 16)
        #expect(TokenEstimate.tokens(of: "") == 0)
    }
}
