import Testing

@testable import Recommend

@Suite struct PostAnalysisTests {
    private let reader = PostReader(vocabulary: Fixtures.vocabulary)

    @Test func weighsNeedsByTitlePartAndRepetition() {
        let post = """
            Requirements:
            5+ years of experience with Python.
            Strong SQL.
            Nice to have:
            Experience with C++.
            Benefits:
            Amazon Web Services discounts.
            """
        let analysis = reader.read(post, role: "Python Developer")
        let weights = Dictionary(uniqueKeysWithValues: analysis.needs.map { ($0.name, $0.weight) })
        #expect(analysis.needs.first?.name == "Python")
        #expect(weights["Python"] == 1)
        #expect(weights["SQL"]! > weights["C++"]!)
        #expect(weights["AWS"] == nil, "a benefit asks for nothing")
        #expect(analysis.needs.first?.years == 5)
    }

    @Test func whatThePostExcludesIsNoNeed() {
        let analysis = reader.read("Must have Python. No PHP please.", role: "Developer")
        #expect(analysis.needs.map(\.name).contains("PHP") == false)
        #expect(analysis.excludedSkills == ["PHP"])
    }

    @Test func workWithoutAKnownSkillIsADuty() {
        let analysis = reader.read(
            "Responsibilities:\nPrepare the monthly safety briefing for plant visitors.", role: "Guide")
        #expect(analysis.needs.map(\.kind) == [.duty])
    }

    @Test func sentencesAreVerbatimAtTheirOffsets() {
        let post = "Über uns — we code.\n• Strong Python 🐍 skills\n• PostgreSQL"
        let analysis = reader.read(post, role: "Développeur")
        let scalars = Array(post.unicodeScalars)
        for sentence in analysis.sentences {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[sentence.range])
            #expect(String(view) == sentence.text)
        }
        #expect(analysis.needs.map(\.name) == ["Python", "PostgreSQL"])
    }

    @Test(arguments: ["", " ", "\n\n", "!!!", "日本語の求人です", String(repeating: "a", count: 20_000)])
    func readsAnything(_ post: String) {
        let analysis = reader.read(post, role: "x")
        #expect(analysis.needs.allSatisfy { (0...1).contains($0.weight) })
    }

    @Test func readsYears() {
        let years = { (text: String) in
            let scanned = ScannedText(text)
            return Years.asked(in: scanned.words(in: 0..<scanned.scalars.count))
        }
        #expect(years("5+ years of Python") == 5)
        #expect(years("3-5 years with SQL") == 3)
        #expect(years("years of joy") == nil)
        #expect(years("founded 2001, 100 years old") == nil)
    }
}
