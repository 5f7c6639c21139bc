import Foundation
import Testing
import VectorCollections

@testable import Recommend

@Suite struct NeedSupplyTests {
    private static let names = ["Python", "AWS", "SQL"]

    /// The supply of needs for Python, AWS and SQL in a bank of `count` questions: `python` of them on Python, none on SQL and
    /// the others on AWS; `seen` of those on Python are counted, as far as `strength`.
    private func withSupply(
        count: Int, python: Int, seen: Int, strength: Double = 1, inferred: Bool = false,
        _ body: (_ counts: [Double], _ certainty: [Double]) throws -> Void
    ) async throws {
        try await withScanWorkers { workers in
            let questions = (0..<count).map {
                SuggestionScene.Question(id: UUID(), text: "question \($0)", skills: [$0 < python ? "Python" : "AWS"])
            }
            let scene = try await SuggestionScene(questions, workers: workers)
            let bank = try await BankSkills(
                index: QuestionIndex(collection: scene.collection), vocabulary: Fixtures.vocabulary
            ).supply()
            let needs = Self.names.map {
                Need(kind: .skill(Fixtures.index($0)), name: $0, weight: 1, sentences: [], years: nil)
            }
            var supply = NeedSupply(needs: needs)
            let question = BankQuestion(
                id: UUID(), text: "", category: "", subcategory: nil, difficulty: "medium", roles: [],
                skills: ["Python"], usageCount: 0, successRate: nil, areSkillsInferred: inferred)
            // The evidence of a question that is named for the need and says 0.2 + 0.8 x as much, x being its meaning.
            let meaning = (strength - 0.2) / 0.8
            let evidence = Evidence(tag: 1, skill: "Python", similarity: 0.6 * meaning)
            for _ in 0..<seen { supply.add(question, [0: evidence]) }
            try body(supply.counts(in: bank), supply.certainty(in: bank))
        }
    }

    @Test func questionsNotSeenCountAsThoseSeen() async throws {
        try await withSupply(count: 12, python: 8, seen: 2, strength: 0.5) { counts, _ in
            #expect(abs(counts[0] - 4) < 1e-9)
            #expect(counts[1] == 0 && counts[2] == 0, "what was not found is not there")
        }
    }

    @Test func whatIsInferredIsLessSure() async throws {
        var given = [0.0]
        try await withSupply(count: 200, python: 4, seen: 4) { counts, certainty in
            #expect(abs(counts[0] - 4) < 1e-9)
            given = certainty
        }
        try await withSupply(count: 200, python: 4, seen: 4, inferred: true) { counts, certainty in
            #expect(abs(counts[0] - 4) < 1e-9)
            #expect(certainty[0] < given[0] / 5)
        }
    }

    @Test func certaintyGrowsWithQuestionsAndFallsWithTheSizeOfTopics() async throws {
        var last = 0.0
        for python in [0, 1, 2, 4, 8, 16] {
            try await withSupply(count: 40, python: python, seen: python) { _, certainty in
                #expect(certainty[0] > last && certainty[0] <= 1)
                #expect(certainty[2] == 0.02, "a need without questions keeps a little")
                last = certainty[0]
            }
        }
        #expect(last > 0.99)
        var small = 0.0
        try await withSupply(count: 10, python: 1, seen: 1) { _, certainty in small = certainty[0] }
        try await withSupply(count: 400, python: 1, seen: 1) { _, certainty in #expect(certainty[0] < small / 2) }
    }
}
