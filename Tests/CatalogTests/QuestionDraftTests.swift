import Storage
import Testing

@testable import Catalog

@Suite struct QuestionDraftTests {
    @Test func namesEveryFieldWithAProblem() {
        let error = #expect(throws: ValidationError.self) {
            try QuestionDraft(
                questionText: "Hm?", category: " ", difficulty: "epic",
                compatibleRoles: Array(repeating: "x", count: 3), requiredSkills: [String(repeating: "s", count: 101)])
        }
        #expect(
            error?.issues.map(\.field) == [
                ["question_text"], ["category"], ["difficulty_level"], ["required_skills", "0"],
            ])
    }

    @Test func tidiesWhatItKeeps() throws {
        let draft = try QuestionDraft(
            questionText: "  What is SQL?\n", category: "Technical", difficulty: "HARD",
            requiredSkills: ["SQL", "sql", " "])
        #expect(draft.questionText == "What is SQL?")
        #expect(draft.category == "technical")
        #expect(draft.difficulty == .hard)
        #expect(draft.requiredSkills == ["SQL"])
    }

    @Test func comparesTextsByTheirWords() {
        #expect(QuestionDraft.normalized("What's  C++, really?") == QuestionDraft.normalized("whats c++ REALLY"))
        #expect(QuestionDraft.normalized("C#") != QuestionDraft.normalized("C"))
        #expect(QuestionDraft.normalized("Été") == "été")
    }

    @Test(arguments: ["a\u{0}b question", "?????"])
    func refusesTextsThatCannotBeStoredOrFound(_ text: String) {
        #expect(throws: ValidationError.self) {
            try QuestionDraft(questionText: text, category: "x", difficulty: "easy")
        }
    }
}
