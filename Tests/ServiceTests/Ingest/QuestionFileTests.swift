import Catalog
import Foundation
import Testing

@testable import greenroom

@Suite struct QuestionFileTests {
    private func read(_ text: String, as ending: String) throws -> QuestionFile {
        let file = FileManager.default.temporaryDirectory.appending(path: "questions-\(UUID()).\(ending)")
        try Data(text.utf8).write(to: file)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: file) } }
        return try QuestionFile(contentsOf: file)
    }

    @Test func keepsGoodLinesAndNamesBadOnes() throws {
        let file = try read("{\"question_text\":\"A?\"}\n\nnot json\n[1]\n{\"text\":\"B?\"}\n", as: "jsonl")
        #expect(file.records.map(\.place) == ["line 1", "line 5"])
        #expect(file.failures.map(\.place) == ["line 3", "line 4"])
    }

    @Test func readsCSVWithQuotesAndLineEnds() throws {
        let text =
            "question_text,category,skills\r\n\"Why \"\"MVCC\"\",\nand how?\",technical,SQL;PostgreSQL\nshort row\nX?,a,b\n"
        let file = try read(text, as: "csv")
        #expect(file.records.map(\.place) == ["line 2", "line 5"])
        #expect(file.failures.map(\.place) == ["line 4"])
        let draft = try file.records[0].draft()
        #expect(draft.questionText == "Why \"MVCC\",\nand how?")
        #expect(draft.requiredSkills == ["SQL", "PostgreSQL"])
    }

    @Test func readsNestedSeedFiles() throws {
        let file = try read(
            #"{"technical":{"sql":["What is a join?",{"question":"What is a key?","difficulty":"easy"},7]},"behavioral":["Why us?"]}"#,
            as: "json")
        let drafts = try file.records.map { try $0.draft() }
        #expect(drafts.map(\.questionText) == ["Why us?", "What is a join?", "What is a key?"])
        #expect(drafts.map(\.category) == ["behavioral", "technical", "technical"])
        #expect(drafts.map(\.subcategory) == [nil, "sql", "sql"])
        #expect(file.failures.map(\.place) == ["technical.sql[2]"])
    }

    @Test func saysWhyAFileCannotBeReadAtAll() {
        #expect(throws: QuestionFileError.self) { try read("a,b\n1,2\n", as: "csv") }
        #expect(throws: QuestionFileError.self) { try read("{", as: "json") }
        #expect(throws: QuestionFileError.self) { try read("x", as: "txt") }
        #expect(throws: QuestionFileError.self) {
            try QuestionFile(contentsOf: URL(fileURLWithPath: "/nonexistent.jsonl"))
        }
    }
}
