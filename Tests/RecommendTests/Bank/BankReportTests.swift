import Foundation
import Testing

@testable import Recommend

@Suite struct BankReportTests {
    private static func question(
        _ text: String, _ category: String, _ level: String, roles: [String] = ["tester"], skills: [String] = ["SQL"]
    ) -> BankReport.Question {
        BankReport.Question(id: UUID(), text: text, category: category, level: level, roles: roles, skills: skills)
    }

    @Test func countsAndNamesThinPlaces() throws {
        let role = Role(role: "tester", title: "Tester", field: "software", aliases: [], related: [])
        let empty = Role(role: "baker", title: "Baker", field: "food", aliases: [], related: [])
        var questions = (0..<3).map {
            Self.question(
                "What would you look at first when a report that joins orders and customers gives row \($0) twice?",
                "technical", "easy")
        }
        questions.append(Self.question("Tell me of a bug that you missed.", "behavioral", "hard", skills: []))
        let report = BankReport(
            questions, vocabulary: Fixtures.vocabulary, roles: try RolesCatalog(roles: [role, empty]))
        #expect(report.total == 4 && report.byLevel == ["easy": 3, "hard": 1] && report.untagged == 1)
        #expect(report.skills == [.init(skill: "SQL", count: 3)])
        #expect(report.skillsWithout.contains("Python") && !report.skillsWithout.contains("SQL"))
        #expect(report.roles[0].thin == ["medium", "hard", "behavioral", "situational"])
        #expect(report.roles[1].total == 0 && report.roles[1].thin.count == 6)
        #expect(report.nearDuplicates.count == 3, "three questions that differ in a number")
    }

    @Test func aPairIsToldOnceWithItsStrongerEvidence() throws {
        let questions = [
            Self.question("How do you plan a sprint with a team that is new to you?", "technical", "easy"),
            Self.question("With a team you have just met, how is a sprint planned?", "technical", "easy"),
        ]
        let twin = NearDuplicates.Twin(id: questions[1].id, similarity: 0.93, evidence: .meaning)
        let back = NearDuplicates.Twin(id: questions[0].id, similarity: 0.93, evidence: .meaning)
        let report = BankReport(
            questions, vocabulary: Fixtures.vocabulary, roles: try RolesCatalog(roles: []),
            meaning: [
                (questions[0].id, twin), (questions[1].id, back),
                (questions[0].id, .init(id: questions[0].id, similarity: 1, evidence: .meaning)),
            ])
        #expect(report.nearDuplicates.count == 1)
        #expect(report.nearDuplicates[0].evidence == "meaning" && report.nearDuplicates[0].similarity == 0.93)
    }
}
