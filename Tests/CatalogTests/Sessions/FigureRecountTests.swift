import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct FigureRecountTests {
    @Test func findsAndMendsEveryKindOfDrift() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let ada = try await made.person("ada")
            let (session, questions) = try await made.session(of: ada)
            for question in questions { try await made.answer(question, of: ada, score: 61.7) }
            try await made.expectNoDrift()
            try await database.query("UPDATE questions SET usage_count = 9 WHERE id = \(made.bank[0].id)")
            try await database.query("UPDATE questions SET average_score = 1 WHERE id = \(made.bank[1].id)")
            try await database.query("UPDATE session_questions SET answer_count = 7 WHERE id = \(questions[2].id)")
            try await database.query(
                "UPDATE interview_sessions SET completed_questions = 0, status = 'active', ended_by = NULL")
            try await database.query("DELETE FROM user_performance WHERE kind = 'skill'")
            try await database.query("UPDATE user_performance SET score_sum = 5 WHERE kind = 'category'")
            let recount = FigureRecount(database: database)
            let found = try await recount.run(repairs: false)
            #expect(
                found.map(\.figures) == [
                    "questions", "session_questions", "sessions", "user_performance", "learner_people",
                ])
            #expect(found.map(\.differing) == [2, 1, 1, 5, 0])
            #expect(found[0].named == [made.bank[0].id, made.bank[1].id].map { $0.uuidString.lowercased() }.sorted())
            #expect(found.allSatisfy { !$0.repaired })
            let mended = try await recount.run(repairs: true)
            #expect(mended.map(\.repaired) == [true, true, true, true, false])
            try await made.expectNoDrift()
            let after = try #require(try await made.sessions.find(session.id, for: .person(ada)))
            #expect(after.status == .completed && after.averageScore == 61.7)
        }
    }

    /// A repair waits for writers and they for it, and nothing is counted twice.
    @Test func mendsWhilePeopleAnswer() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            var people: [(UUID, [SessionQuestion])] = []
            for number in 0..<10 {
                let person = try await made.person("person\(number)")
                people.append((person, try await made.session(of: person).1))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (person, questions) in people {
                    group.addTask {
                        for question in questions { try await made.answer(question, of: person, score: 42) }
                    }
                }
                for _ in 0..<5 {
                    group.addTask {
                        for report in try await FigureRecount(database: database).run(repairs: true) {
                            #expect(report.differing == 0, "\(report)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await made.expectNoDrift()
        }
    }
}
