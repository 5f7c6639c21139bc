import TestSupport
import Testing

@testable import Recommend

@Suite struct SentenceSplitterTests {
    @Test func endsAtPunctuationLinesAndBullets() {
        let post = "We build APIs. You own them!\n• Write Python\n- Review code; mentor others\n\n* Ship it"
        #expect(
            Fixtures.sentences(of: post) == [
                "We build APIs.", "You own them!", "Write Python", "Review code;", "mentor others", "Ship it",
            ])
    }

    @Test func keepsAbbreviationsNumbersAndNamesWhole() {
        #expect(Fixtures.sentences(of: "Use tools, e.g. Node.js 3.5 or .NET in the U.S. market.").count == 1)
        #expect(Fixtures.sentences(of: "JavaScript and PostgreSQL on AWS").count == 1)
    }

    @Test func partsGluedLines() {
        #expect(
            Fixtures.sentences(of: "Build web applicationsDesign services for clients") == [
                "Build web applications", "Design services for clients",
            ])
        #expect(
            Fixtures.sentences(of: "Deploy to AWSWork closely with others") == [
                "Deploy to AWS", "Work closely with others",
            ])
        #expect(Fixtures.sentences(of: "Keep the pace.Work hard") == ["Keep the pace.", "Work hard"])
        #expect(Fixtures.sentences(of: "speed of applications5+ years in Python").count == 2)
    }

    @Test func rangesAreVerbatimOrderedAndApart() {
        var generator = SeededGenerator(seed: 7)
        let pieces = [
            "Python", ". ", "\n", "• ", "Work", "a", " ", "é", "日本", "; ", "AWS", "!", "o ", ")", "9", "+ years",
            "\u{301}",
        ]
        let vocabulary = Fixtures.vocabulary
        for round in 0..<500 {
            let post = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
                pieces.randomElement(using: &generator)!
            }.joined()
            let text = ScannedText(post)
            let ranges = SentenceSplitter { vocabulary.isKnownWord($0) }.ranges(in: text)
            var end = 0
            for range in ranges {
                #expect(range.lowerBound >= end && !range.isEmpty, "round \(round): \(post.debugDescription)")
                #expect(post.unicodeScalars.elementsEqual(text.scalars))
                end = range.upperBound
            }
            // Nothing that could name a skill is lost between sentences.
            let inside = ranges.flatMap { text.scalars[$0].filter(\.isWordLetter) }
            let dropped = text.scalars.filter(\.isWordLetter).count - inside.count
            #expect(dropped == 0, "round \(round): \(post.debugDescription)")
        }
    }
}
