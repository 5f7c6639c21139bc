import Foundation
import Testing
import VectorCollections

@testable import Recommend

@Suite struct WantedSkillsTests {
    private func question(_ skills: [String], inferred: Bool = true) -> IndexedQuestion {
        let question = BankQuestion(
            id: UUID(), text: "", category: "", subcategory: nil, difficulty: "medium", roles: [], skills: skills,
            usageCount: 0, successRate: nil, areSkillsInferred: inferred)
        return IndexedQuestion(
            QuestionIndex.Entry(question: question, vector: []), vocabulary: Fixtures.vocabulary)
    }

    private func withWanted(
        of bank: [[String]], _ names: [String], _ body: (WantedSkills) throws -> Void
    ) async throws {
        try await withScanWorkers { workers in
            let questions = bank.enumerated().map {
                SuggestionScene.Question(id: UUID(), text: "question \($0)", skills: $1)
            }
            let scene = try await SuggestionScene(questions, workers: workers)
            let needs = names.map {
                Need(
                    kind: Fixtures.vocabulary.index(of: $0).map(Need.Kind.skill) ?? .tag($0), name: $0, weight: 1,
                    sentences: [], years: nil)
            }
            let supply = try await BankSkills(
                index: QuestionIndex(collection: scene.collection), vocabulary: Fixtures.vocabulary
            ).supply()
            try body(
                WantedSkills(
                    needs: needs, vectors: [], topicality: needs.map { _ in 1 }, vocabulary: Fixtures.vocabulary,
                    bank: supply))
        }
    }

    @Test func aQuestionAmongOthersOnTheSkillIsSure() async throws {
        try await withWanted(of: Array(repeating: ["Python"], count: 10) + [["AWS"], ["AWS"]], ["Python", "AWS"]) {
            let python = question(["Python"])
            let other = question(["SQL"])
            #expect(
                $0.agreement(on: 0, among: Array(repeating: python, count: 3) + Array(repeating: other, count: 5)) == 1)
            #expect($0.agreement(on: 0, among: Array(repeating: other, count: 8)) == 0)
            let one = $0.agreement(on: 0, among: [python] + Array(repeating: other, count: 7))
            #expect(one > 0.3 && one < 0.4)
            // Of two questions on a skill, each has but one to keep company.
            #expect($0.agreement(on: 1, among: [question(["AWS"])] + Array(repeating: other, count: 7)) == 1)
        }
    }

    @Test func onlyInferredSkillsThatAreNeededAreChecked() async throws {
        try await withWanted(of: [["Python"], ["kiosk"]], ["Python", "kiosk"]) {
            #expect($0.isInferred(question(["Python"])) && $0.isInferred(question(["Kiosk"])))
            #expect(!$0.isInferred(question(["Python"], inferred: false)))
            #expect(!$0.isInferred(question(["Django"])), "near is not the skill itself")
            #expect($0.nearest(among: question(["Kiosk"]).skills)[1]?.nearness == 1)
            #expect($0.nearest(among: question(["kiosk"]).skills)[0] == nil)
        }
    }
}
