import Foundation
import TestSupport
import Testing

@testable import Embedding

@Suite struct WordPieceTokenizerTests {
    private let tokenizer: WordPieceTokenizer

    init() throws {
        tokenizer = WordPieceTokenizer(vocabulary: try ModelFiles(folder: TestModel.folder()).loadVocabulary())
    }

    private func ids(_ text: String) -> [Int32] { tokenizer.tokenize(text).ids }

    @Test func everyReferenceTextHasTheReferenceTokens() throws {
        let texts = try ReferenceTexts.load().texts
        #expect(texts.count >= 200)
        for text in texts {
            let window = [WordPieceTokenizer.start] + ids(text.text).prefix(254) + [WordPieceTokenizer.end]
            #expect(window == text.ids, "\(text.text.debugDescription)")
        }
    }

    @Test func specialTokensAreRecognisedInTheirSpellingAlone() {
        #expect(ids("[MASK]") == [103])
        #expect(ids("a[SEP]b") == ids("a") + [102] + ids("b"))
        #expect(ids("[mask]") == ids("[") + ids("mask") + ids("]"))
        #expect(ids("[[CLS]") == ids("[") + [101])
        #expect(ids("[CLS") == ids("[") + ids("cls"))
        #expect(ids("[") == [1031])
    }

    @Test func controlCharactersVanishAndSpacesSeparate() {
        #expect(ids("in\u{0}ter\u{AD}view\u{85}s") == ids("interviews"))
        #expect(ids("a\u{2003}b\u{3000}c\r\nd") == ids("a b c d"))
        #expect(ids("") == [])
        #expect(ids(" \t\n\u{200B}") == [])
    }

    @Test func accentsAndCapitalsAreTakenOff() {
        #expect(ids("RÉSUMÉ") == ids("resume"))
        #expect(ids("re\u{301}sume\u{301}") == ids("resume"))
        #expect(ids("İstanbul") == ids("istanbul"))
        // No final sigma: each letter is made small by itself.
        #expect(ids("ΟΔΟΣ") == ids("οδοσ"))
    }

    @Test func hangulSplitsAndLigaturesStay() {
        #expect(ids("한") == ids("\u{1112}\u{1161}\u{11AB}"))
        #expect(ids("ﬁt") != ids("fit"))
    }

    @Test func ideographsAndPunctuationStandAlone() {
        #expect(ids("日本") == ids("日") + ids("本"))
        #expect(ids("C++/C#") == ids("c") + ids("+") + ids("+") + ids("/") + ids("c") + ids("#"))
    }

    @Test func aWordOfMoreThanAHundredCharactersIsUnknown() {
        #expect(ids(String(repeating: "a", count: 100)) != [100])
        #expect(ids(String(repeating: "a", count: 101)) == [100])
        // Characters are counted after normalising: the accents are gone by then.
        #expect(ids(String(repeating: "e\u{301}", count: 100)) == ids(String(repeating: "e", count: 100)))
    }

    @Test func aWordWithACharacterWithoutAPieceIsUnknownAsAWhole() {
        #expect(ids("work\u{1F9EA}place") == [100])
    }

    @Test func partsOfAWordAreTheLongestOnes() {
        #expect(ids("unaffable") == [14477, 20961, 3468])
    }
}
