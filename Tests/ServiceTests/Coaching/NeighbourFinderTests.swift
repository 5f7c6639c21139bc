import Catalog
import Foundation
import Learner
import Recommend
import TestSupport
import Testing

@testable import greenroom

@Suite struct NeighbourFinderTests {
    /// Of a question that four or five others answered, something is said only with five.
    @Test func nothingIsSaidOfFewerThanFivePeople() async throws {
        try await withMigratedDatabase { database in
            let made = try await LearnerFixtures(database, questions: 12)
            let ada = try await made.person("ada")
            // Questions 1, 4, 7 and 10 test one skill, 2, 5, 8 and 11 another.
            let common = [1, 4, 7, 2, 5, 8]
            let own = try await made.questions(of: ada)
            for place in common { try await made.answer(own[place], of: ada, score: place % 3 == 1 ? 90 : 30) }
            for number in 0..<6 {
                let person = try await made.person("other\(number)")
                let questions = try await made.questions(of: person)
                for place in common {
                    try await made.answer(questions[place], of: person, score: place % 3 == 1 ? 85 : 35)
                }
                // Five of them answer 10, four answer 11.
                if number < 5 { try await made.answer(questions[10], of: person, score: 65) }
                if number < 4 { try await made.answer(questions[11], of: person, score: 65) }
            }
            let store = NeighbourStore(database: database)
            let finder = NeighbourFinder(store: store, learner: made.learner)
            // What people say of themselves is read with their answers.
            let declared = try UserPatternDraft(strengths: ["Swift"], weaknesses: ["SQL"])
            _ = try await UserPatternStore(database: database).put(declared, of: ada, vector: nil)
            let due = try await store.due(coefficients: made.learner.coefficients.name, limit: 10)
            #expect(due.first { $0.id == ada }.map { [$0.strengths, $0.weaknesses] } == [["Swift"], ["SQL"]])
            let other = try #require(due.first { $0.id != ada })
            #expect(other.strengths.isEmpty && other.weaknesses.isEmpty)
            let alike = try await store.candidates(for: other.id, coefficients: made.learner.coefficients.name)
            #expect(alike.first { $0.id == ada }?.strengths == ["Swift"])
            #expect(try await finder.step() == 7)
            #expect(try await finder.step() == 0, "everybody had their turn")
            let scores = try await store.scores(of: ada)
            let questions = Set(scores.map(\.question))
            #expect(questions.contains(made.bank[10].id) && !questions.contains(made.bank[11].id))
            #expect(questions == Set((common + [10]).map { made.bank[$0].id }))
            #expect(scores.allSatisfy { (0...1).contains($0.score) && ($0.score * 100).rounded() / 100 == $0.score })

            // What is proposed to ada comes from these and from what at least five people did next.
            try await QuestionSteps(database: database).count()
            let proposals = NeighbourProposals(neighbours: store, steps: QuestionSteps(database: database))
            let latest = try await PracticeHistory(database: database).latest(of: ada)
            let bank = made.learner.numbers.allQuestions
            let found = try await proposals.proposals(for: ada, answered: latest, bank: bank)
            let ten = try #require(bank[made.bank[10].id]).number
            let eleven = try #require(bank[made.bank[11].id]).number
            let strengths = found.filter { $0.question == ten }.map(\.strength)
            #expect(strengths.count == 2, "by likeness, and as what comes after question 8")
            #expect(strengths.allSatisfy { $0 > 0 && $0 < 1 })
            #expect(!found.contains { $0.question == eleven })
            #expect(found.allSatisfy { $0.source == .similarUser })
        }
    }

    @Test func nobodyIsLikeSomebodyAlone() async throws {
        try await withMigratedDatabase { database in
            let made = try await LearnerFixtures(database)
            let ada = try await made.person("ada")
            let own = try await made.questions(of: ada)
            for place in 0..<4 { try await made.answer(own[place], of: ada, score: 50) }
            let store = NeighbourStore(database: database)
            #expect(try await NeighbourFinder(store: store, learner: made.learner).step() == 1)
            #expect(try await store.scores(of: ada).isEmpty)
        }
    }
}
