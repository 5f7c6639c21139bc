import Testing

@testable import Recommend

@Suite struct TagFinderTests {
    private func sentence(_ text: String, _ part: PostPart) -> PostSentence {
        PostSentence(text: text, range: 0..<text.unicodeScalars.count, part: part)
    }

    private func names(_ tags: [String], _ sentences: PostSentence...) -> [String] {
        TagFinder(tags: tags).needs(in: sentences).map(\.name)
    }

    @Test func findsTagsWordForWordWhereThePostAsks() {
        let asked = sentence("Experience with web services and point-of-sale kiosks.", .requirement)
        #expect(names(["web", "point of sale", "kiosk", "sale web"], asked) == ["point of sale", "web"])
        #expect(names(["web"], sentence("We are a web agency.", .benefit)) == [])
        #expect(names(["web"], sentence("No web experience is needed.", .requirement)) == [])
        #expect(names(["ui"], sentence("ui", .requirement)) == [], "too short to mean anything")
        #expect(names([], asked) == [])
    }

    @Test func aTagIsWantedLessThanASkillAndTellsItsSentences() {
        let all = (0..<5).map { sentence("Web page \($0).", $0 == 3 ? .requirement : .duty) }
        let needs = TagFinder(tags: ["web"]).needs(in: all)
        #expect(needs.map(\.kind) == [.tag("web")] && needs[0].isBroad)
        #expect(needs[0].weight == 0.2 && needs[0].sentences.count == 3)
    }
}
