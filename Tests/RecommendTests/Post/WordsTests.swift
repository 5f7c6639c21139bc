import Testing

@testable import Recommend

@Suite struct WordsTests {
    private func words(_ text: String) -> [String] {
        let scanned = ScannedText(text)
        return scanned.words(in: 0..<scanned.scalars.count).map(\.text)
    }

    @Test func keepsWhatNamesTechnologies() {
        #expect(words("C++, C# and .NET; Node.js!") == ["c++", "c#", "and", ".net", "node.js"])
        #expect(words("full-stack CI/CD (v3.5).") == ["full", "stack", "ci", "cd", "v3.5"])
        #expect(words("Don't stop... O’Reilly's") == ["don't", "stop", "o’reilly's"])
        #expect(words("") == [])
    }

    @Test func tellsCapitals() {
        let scanned = ScannedText("Go AWS go Étude")
        let words = scanned.words(in: 0..<scanned.scalars.count)
        #expect(words.map(\.isCapitalized) == [true, true, false, true])
        #expect(words.map(\.isUppercase) == [false, true, false, false])
        #expect(words.map { scanned.string($0.range) } == ["Go", "AWS", "go", "Étude"])
    }
}
