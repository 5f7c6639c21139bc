import Catalog
import Foundation
import Testing
import VectorCollections

@testable import Recommend

@Suite struct CandidateSearchTests {
    /// How a question tagged with PHP and the commoner AWS serves the need for PHP.
    private func evidence(inferred: Bool) async throws -> Evidence {
        try await withScanWorkers { workers in
            let asked = SuggestionScene.Question(
                id: UUID(), text: "PHP", skills: ["PHP", "AWS"], areSkillsInferred: inferred)
            let others = (0..<4).map {
                SuggestionScene.Question(id: UUID(), text: "cloud \($0)", skills: ["AWS"], areSkillsInferred: inferred)
            }
            let scene = try await SuggestionScene([asked] + others, workers: workers)
            let search = CandidateSearch(
                index: QuestionIndex(collection: scene.collection), vocabulary: Fixtures.vocabulary,
                roles: try RolesCatalog(roles: SuggestionScene.roles), health: { _ in 1 },
                without: [.company, .topicality])
            let need = Need(
                kind: .skill(Fixtures.index("PHP")), name: "PHP", weight: 1, sentences: [], years: nil)
            let found = try await search.run(
                [need], vectors: try await WordEmbedder().embed(["PHP"]),
                aim: CandidateSearch.Aim(roleFit: [:], difficulty: .medium))
            let candidate = try #require(found.candidates.first { $0.question.id == asked.id })
            return try #require(candidate.evidence[0])
        }
    }

    @Test func onlyAnInferredSkillYieldsToACommonerOne() async throws {
        let given = try await evidence(inferred: false)
        let inferred = try await evidence(inferred: true)
        #expect(given.tag == 1 && given.focus == 1)
        #expect(inferred.tag == 1 && inferred.focus == 0.5)
    }
}
