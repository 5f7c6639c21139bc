import Foundation
import Testing

@testable import Recommend

@Suite struct SkillsVocabularyTests {
    private func skill(_ name: String, aliases: [String] = [], parents: [String] = [], ambiguous: Bool = false) -> Skill
    {
        Skill(
            skill: name, kind: .tool, aliases: aliases, parents: parents, related: [], ambiguous: ambiguous, context: []
        )
    }

    @Test func findsWithoutCaseAndPunctuation() {
        #expect(Fixtures.vocabulary.find("ci cd")?.skill == "CI/CD")
        #expect(Fixtures.vocabulary.find("POSTGRES")?.skill == "PostgreSQL")
        #expect(Fixtures.vocabulary.find("nothing of the kind") == nil)
    }

    @Test func tellsHowNearSkillsAre() {
        let vocabulary = Fixtures.vocabulary
        let (sql, postgres) = (Fixtures.index("SQL"), Fixtures.index("PostgreSQL"))
        #expect(vocabulary.nearness(of: sql, to: sql) == 1)
        // Who asks for SQL is served by PostgreSQL better than the other way round.
        #expect(vocabulary.nearness(of: postgres, to: sql) > vocabulary.nearness(of: sql, to: postgres))
        #expect(vocabulary.nearness(of: Fixtures.index("PHP"), to: sql) == 0)
    }

    @Test func refusesWhatDoesNotHoldTogether() {
        #expect(throws: VocabularyError.self) { try SkillsVocabulary(skills: [skill("A1"), skill("a1")]) }
        #expect(throws: VocabularyError.self) {
            try SkillsVocabulary(skills: [skill("A1", aliases: ["b1"]), skill("B1")])
        }
        #expect(throws: VocabularyError.self) { try SkillsVocabulary(skills: [skill("A1", parents: ["C1"])]) }
        #expect(throws: VocabularyError.self) { try SkillsVocabulary(skills: [skill("A1", ambiguous: true)]) }
        #expect(throws: VocabularyError.self) { try SkillsVocabulary(skills: [skill("!!")]) }
    }

    @Test func namesTheLineOfABadFile() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "skills-\(UUID()).jsonl")
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: file) } }
        try Data("\n{\"skill\":1}\n".utf8).write(to: file)
        let error = #expect(throws: VocabularyError.self) { try SkillsVocabulary(contentsOf: file) }
        #expect(error?.line == 2)
    }
}
