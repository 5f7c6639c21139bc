import Catalog
import Testing

@testable import greenroom

@Suite struct QuestionRecordTests {
    @Test func namesMissingAndMistypedFields() {
        let error = #expect(throws: ValidationError.self) {
            try QuestionRecord(place: "x", fields: ["category": 3.5, "skills": ["SQL", 7], "question_metadata": "x"])
                .draft()
        }
        #expect(
            error?.issues.map { $0.field.joined(separator: ".") } == [
                "category", "skills.1", "question_metadata", "question_text", "category",
            ])
    }

    @Test func knowsTheOldNames() throws {
        let fields: [String: JSONValue] = [
            "question": "What is a join?", "category": "technical", "topic": "sql", "skills": "SQL, Joins",
        ]
        let draft = try QuestionRecord(place: "x", fields: fields).draft()
        #expect(draft.subcategory == "sql" && draft.requiredSkills == ["SQL", "Joins"] && draft.difficulty == .medium)
    }
}
