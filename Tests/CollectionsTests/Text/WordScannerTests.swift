import Testing

@testable import VectorCollections

@Suite struct WordScannerTests {
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        WordScanner.forEachWord(in: FoldedText.fold(text)) { words.append(String(decoding: $0, as: UTF8.self)) }
        return words
    }

    @Test(arguments: [
        ("", []), (" ?!., ", []), ("Hello, World", ["hello", "world"]),
        ("C++ and C#; F#, g++ i++ c++17 a+b a+", ["c++", "and", "c#", "f#", "g++", "i++", "c++", "17", "a", "b", "a"]),
        (".NET (.net) Node.js ASP.NET 3.14 v2.0", [".net", ".net", "node.js", "asp.net", "3.14", "v2.0"]),
        ("The end. Then... more ...and .5", ["the", "end", "then", "more", "and", "5"]),
        ("issue#12 #tag x# snake_case", ["issue", "12", "tag", "x#", "snake_case"]),
        ("full-stack CI/CD it's", ["full", "stack", "ci", "cd", "it", "s"]),
        ("ÄRGER e\u{301}tude Straße", ["ärger", "étude", "straße"]),
        ("数据库 and データ", ["数", "据", "库", "and", "データ"]),
        ("Ελλάδα 🎉party", ["ελλάδα", "party"]),
    ])
    func splits(text: String, expected: [String]) { #expect(Self.words(text) == expected) }

    @Test(arguments: [
        ("queries", "query"), ("indexes", "indexe"), ("indexe", "indexe"), ("databases", "database"),
        ("services", "service"), ("process", "process"), ("status", "status"), ("aws", "aws"), ("css", "css"),
        ("ties", "tie"), ("employees", "employee"), ("node.js", "node.js"), ("ümlauts", "ümlauts"), ("cats", "cat"),
        ("c3ps", "c3ps"),
    ])
    func bringsPluralsToSingulars(word: String, stem: String) { #expect(Self.words(word) == [stem]) }

    @Test func longWordsAreCutAtWholeCharacters() {
        #expect(Self.words(String(repeating: "a", count: 500)) == [String(repeating: "a", count: 128)])
        let cut = Self.words("a" + String(repeating: "ä", count: 500))
        #expect(cut == ["a" + String(repeating: "ä", count: 63)])
    }
}
