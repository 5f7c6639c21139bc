import Catalog
import Foundation
import Learner
import Recommend
import Storage
import TestSupport
import Testing

@testable import greenroom

@Suite struct BankHealthTests {
    private static func health(_ made: LearnerFixtures) -> BankHealth {
        BankHealth(
            reactions: ReactionStore(database: made.database), candidates: SessionCandidates(database: made.database),
            learner: made.learner, logger: TestDatabase.silentLogger)
    }

    @Test func whatIsOftenReportedWeighsLessAndIsTold() async throws {
        try await withMigratedDatabase { database in
            let made = try await LearnerFixtures(database)
            let health = Self.health(made)
            try await health.refresh()
            #expect(made.bank.allSatisfy { health.weight(of: $0.id) == 1 })
            var report = try await health.report()
            #expect(report.checked == made.bank.count && report.findings.isEmpty)
            let (reported, skipped, sound) = (made.bank[1].id, made.bank[2].id, made.bank[3].id)
            try await database.query(
                """
                INSERT INTO question_reactions (question_id, shown_count, skipped_count, reported_count)
                VALUES (\(reported), 200, 10, 30), (\(skipped), 200, 150, 0), (\(sound), 3, 2, 0)
                """)
            #expect(health.weight(of: reported) == 1, "it was not looked at since")
            try await health.refresh()
            #expect(health.weight(of: reported) == 0.25 && health.weight(of: skipped) == 0.7)
            #expect(health.weight(of: sound) == 1 && health.weight(of: UUID()) == 1)
            report = try await health.report()
            #expect(report.findings.map(\.question.id) == [reported, skipped], "those that weigh least first")
            #expect(report.findings.map(\.health.flags) == [[.oftenReported], [.oftenSkipped]])
            #expect(report.findings[0].reactions == ReactionStore.Counts(shown: 200, skipped: 10, reported: 30))
            // What is archived is asked of nobody.
            _ = try await QuestionStore(database: database).setStatus(.archived, of: reported)
            #expect(try await health.report().findings.map(\.question.id) == [skipped])
        }
    }

    @Test func answersTellOfALabelThatIsWrong() async throws {
        try await withMigratedDatabase { database in
            let made = try await LearnerFixtures(database)
            // Question 2 is labelled hard and goes well with everybody, question 5 as its label says.
            for number in 0..<40 {
                let person = try await made.person("person\(number)")
                let questions = try await made.questions(of: person)
                try await made.answer(questions[5], of: person, score: number.isMultiple(of: 3) ? 100 : 0)
                try await made.answer(questions[2], of: person, score: 100)
            }
            let report = try await Self.health(made).report()
            let finding = try #require(report.findings.first)
            #expect(report.findings.count == 1 && finding.question.id == made.bank[2].id)
            #expect(finding.health.flags == [.easierThanLabel] && finding.health.measuredLabel == .easy)
            #expect((39...40).contains(finding.answers), "old answers count for a little less")
        }
    }
}
