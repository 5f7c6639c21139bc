import TestSupport
import Testing

@testable import Embedding

@Suite struct TokenizedTextTests {
    private let tokenizer: WordPieceTokenizer

    init() throws {
        tokenizer = WordPieceTokenizer(vocabulary: try ModelFiles(folder: TestModel.folder()).loadVocabulary())
    }

    /// The windows without the tokens that open and close each, which are checked.
    private func contents(_ text: String, tokensMax: Int) -> [[Int32]] {
        tokenizer.tokenize(text).windows(tokensMax: tokensMax).map { window in
            #expect(window.first == WordPieceTokenizer.start)
            #expect(window.last == WordPieceTokenizer.end)
            #expect(window.count <= tokensMax)
            return Array(window.dropFirst().dropLast())
        }
    }

    private func ids(_ text: String) -> [Int32] { tokenizer.tokenize(text).ids }

    @Test func whatFitsIsOneWindow() {
        #expect(contents("", tokensMax: 8) == [[]])
        #expect(contents("one two three four five six", tokensMax: 8) == [ids("one two three four five six")])
        #expect(tokenizer.tokenize("one two").tokenCount == 4)
    }

    @Test func aSentenceEndsAWindowThatItFillsByHalf() {
        let found = contents("one two three four. five six seven eight nine", tokensMax: 10)
        #expect(found == [ids("one two three four."), ids("five six seven eight nine")])
    }

    @Test func aSentenceThatIsTooShortDoesNot() {
        let found = contents("one. two three four five six seven eight", tokensMax: 10)
        #expect(found == [ids("one. two three four five six seven"), ids("eight")])
    }

    @Test func aLineEndsAWindowToo() {
        #expect(contents("one two three\nfour five", tokensMax: 6) == [ids("one two three"), ids("four five")])
    }

    @Test func aWordIsNotCutWhileAnotherPlaceIsThere() {
        let found = contents("one two unaffable three", tokensMax: 6)
        #expect(found == [ids("one two"), ids("unaffable three")])
    }

    @Test func punctuationStaysWithItsWordWhileWhiteSpaceIsThere() {
        #expect(contents("one two (three)", tokensMax: 6) == [ids("one two"), ids("(three)")])
    }

    @Test func ideographsAreCutAnywhereAndAWordIsCutWhenItMustBe() {
        #expect(contents("日本日本日", tokensMax: 4) == [ids("日本"), ids("日本"), ids("日")])
        #expect(contents("unaffable", tokensMax: 4) == [Array(ids("unaffable")[..<2]), Array(ids("unaffable")[2...])])
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
    func windowsJoinedAreTheText(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let parts = ["one", "two", "unaffable", "zürich", "日", ".", "? ", "! ", "\n", " ", " ", ", ", "(", "[MASK]"]
        for _ in 0..<40 {
            let text = (0..<Int.random(in: 0...120, using: &random)).map { _ in
                parts.randomElement(using: &random) ?? ""
            }
            .joined()
            let tokensMax = Int.random(in: 3...40, using: &random)
            let found = contents(text, tokensMax: tokensMax)
            #expect(found.flatMap(\.self) == ids(text), "seed \(seed), \(text.debugDescription), \(tokensMax)")
            #expect(found.count == 1 || found.allSatisfy { !$0.isEmpty }, "seed \(seed)")
        }
    }
}
