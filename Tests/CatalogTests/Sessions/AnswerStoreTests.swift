import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct AnswerStoreTests {
    @Test func anAnswerChangesEverythingAtOnce() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let ada = try await made.person("ada")
            let (session, questions) = try await made.session(of: ada)
            #expect(session.totalQuestions == 4 && session.completedQuestions == 0 && session.status == .active)
            let first = try await made.answer(questions[0], of: ada, score: 80)
            #expect(first.position == 1 && first.answer.number == 1 && !first.isRepeat)
            #expect(first.session.completedQuestions == 1 && first.session.averageScore == 80)
            let second = try await made.answer(questions[0], of: ada, score: 33.33)
            #expect(second.answer.number == 2 && second.session.completedQuestions == 1)
            #expect(abs((second.session.averageScore ?? 0) - 56.665) < 1e-9)
            try await made.answer(questions[1], of: ada)

            let question = try #require(try await QuestionStore(database: database).find(made.bank[0].id))
            #expect(question.usageCount == 2 && question.successRate == 0.5)
            #expect(abs((question.averageScore ?? 0) - 56.665) < 1e-9)
            let unscored = try #require(try await QuestionStore(database: database).find(made.bank[1].id))
            #expect(unscored.usageCount == 1 && unscored.averageScore == nil && unscored.successRate == nil)
            let totals = try await made.sessions.totals(of: ada)
            #expect(
                totals
                    == SessionStore.Totals(
                        sessions: 1, questions: 4, answers: 3, averageScore: totals.averageScore))
            let skills = try await database.query(
                "SELECT answer_count, scored_count, good_count FROM user_performance WHERE kind = 'skill' AND name = 'SQL'"
            )
            #expect(try skills[0].decode("answer_count", as: Int64.self) == 3)
            #expect(try skills[0].decode("scored_count", as: Int64.self) == 2)
            #expect(try skills[0].decode("good_count", as: Int64.self) == 1)
            #expect(try await ChangeLog(database: database).head(of: .answers) == 3)
            // The index hears of questions' figures later.
            #expect(try await ChangeLog(database: database).head(of: .questions) == 4)
            try await made.expectNoDrift()
        }
    }

    @Test func theLastAnswerCompletesASession() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database, questions: 2)
            let ada = try await made.person("ada")
            let (session, questions) = try await made.session(of: ada)
            try await made.answer(questions[0], of: ada)
            let last = try await made.answer(questions[1], of: ada)
            #expect(last.session.status == .completed && !last.session.isClosed)
            // More is said of the same question, and the session stays completed.
            #expect(try await made.answer(questions[1], of: ada).session.status == .completed)
            let added = try await made.sessions.add(["What else do you want to say?"], to: session.id, of: ada)
            #expect(added.map(\.order) == [3] && added[0].questionID == nil)
            #expect(try await made.sessions.find(session.id, for: .person(ada))?.status == .active)
            #expect(try await made.answer(added[0], of: ada, score: 50).session.status == .completed)
            #expect(try await made.answers.delete(last.answer.id, of: ada) != nil)
            try await made.expectNoDrift()
            let closed = try await made.sessions.setStatus(.abandoned, of: session.id, person: ada)
            #expect(closed.isClosed)
            await #expect(throws: CatalogError.sessionClosed(session.id, status: "abandoned")) {
                try await made.answer(questions[0], of: ada)
            }
            #expect(try await made.sessions.setStatus(.active, of: session.id, person: ada).status == .completed)
            try await made.expectNoDrift()
        }
    }

    @Test func aRepeatedRequestMakesOneAnswer() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let (ada, eve) = (try await made.person("ada"), try await made.person("eve"))
            let (_, questions) = try await made.session(of: ada)
            let (_, others) = try await made.session(of: eve)
            let first = try await made.answer(questions[0], of: ada, score: 70, key: "k")
            let again = try await made.answer(questions[0], of: ada, score: 70, key: "k")
            #expect(again.isRepeat && again.answer == first.answer && again.session == first.session)
            await #expect(throws: CatalogError.keyReused("k")) {
                try await made.answer(questions[0], of: ada, score: 71, key: "k")
            }
            #expect(try await !made.answer(others[0], of: eve, score: 70, key: "k").isRepeat, "keys are a person's own")
            // Twenty at once make one.
            let made20 = try await withThrowingTaskGroup(of: UUID.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await made.answer(questions[1], of: ada, score: 9, key: "many").answer.id }
                }
                return try await group.reduce(into: Set<UUID>()) { $0.insert($1) }
            }
            #expect(made20.count == 1)
            #expect(try await made.answers.list(question: questions[1].id, of: ada, limit: 10, offset: 0).total == 1)
            _ = try await made.answers.delete(first.answer.id, of: ada)
            await #expect(throws: CatalogError.notFound(kind: "answer", id: first.answer.id)) {
                try await made.answer(questions[0], of: ada, score: 70, key: "k")
            }
            try await made.expectNoDrift()
        }
    }

    @Test func editedAndDeletedAnswersLeaveNoTrace() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let (ada, eve) = (try await made.person("ada"), try await made.person("eve"))
            let (session, questions) = try await made.session(of: ada)
            let written = try await made.answer(questions[0], of: ada, score: 20)
            let edited = try await made.answers.edit(written.answer.id, of: ada, vector: nil) { _ in
                try AnswerDraft(text: "A better answer.", score: try AnswerScore(90))
            }
            #expect(edited?.session.averageScore == 90 && edited?.answer.draft.text == "A better answer.")
            #expect(edited?.answer.answeredAt == written.answer.answeredAt && edited?.answer.updatedAt != nil)
            try await made.expectNoDrift()
            _ = try await made.answers.edit(written.answer.id, of: ada, vector: nil) { _ in
                try AnswerDraft(text: "A better answer.")
            }
            #expect(try await made.sessions.find(session.id, for: .person(ada))?.averageScore == nil)
            try await made.expectNoDrift()
            // Somebody else's is not there.
            #expect(try await made.answers.edit(written.answer.id, of: eve, vector: nil) { $0.draft } == nil)
            #expect(try await made.answers.delete(written.answer.id, of: eve) == nil)
            #expect(try await made.answers.delete(written.answer.id, of: ada) != nil)
            #expect(try await made.answers.delete(written.answer.id, of: ada) == nil)
            #expect(try await database.query("SELECT FROM user_performance").isEmpty)
            #expect(try await database.query("SELECT FROM pending_embeddings WHERE collection = 'answers'").isEmpty)
            try await made.expectNoDrift()
        }
    }

    @Test func aSessionGoesWithItsAnswers() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let (ada, eve) = (try await made.person("ada"), try await made.person("eve"))
            let (session, questions) = try await made.session(of: ada)
            for question in questions { try await made.answer(question, of: ada, score: 60) }
            let (_, others) = try await made.session(of: eve)
            try await made.answer(others[0], of: eve, score: 10)
            #expect(try await !made.sessions.delete(session.id, of: eve).found)
            let removed = try await made.sessions.remove(questions[0].id, from: session.id, of: ada)
            #expect(removed.found && removed.position != nil)
            let left = try #require(try await made.sessions.find(session.id, for: .person(ada)))
            #expect(left.totalQuestions == 3 && left.completedQuestions == 3 && left.answerCount == 3)
            try await made.expectNoDrift()
            #expect(try await made.sessions.delete(session.id, of: ada).found)
            #expect(try await made.sessions.list(of: ada, limit: 10, offset: 0).total == 0)
            let question = try #require(try await QuestionStore(database: database).find(made.bank[0].id))
            #expect(question.usageCount == 1 && question.averageScore == 10)
            await #expect(throws: CatalogError.questionInUse(question.id)) {
                try await QuestionStore(database: database).delete(question.id)
            }
            try await made.expectNoDrift()
        }
    }

    /// Many people answer the same few questions at once, change their minds, and take answers back.
    @Test func aHundredAnswerersKeepEveryFigureExact() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database, questions: 5)
            var people: [(UUID, [SessionQuestion])] = []
            for number in 0..<100 {
                let person = try await made.person("person\(number)")
                people.append((person, try await made.session(of: person).1))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, (person, questions)) in people.enumerated() {
                    group.addTask {
                        var generator = SeededGenerator(seed: UInt64(number))
                        for question in questions.shuffled(using: &generator) {
                            let score = Double(generator.below(10_001)) / 100
                            let written = try await made.answer(question, of: person, score: score)
                            if generator.chance(0.2) {
                                _ = try await made.answers.edit(written.answer.id, of: person, vector: nil) {
                                    try AnswerDraft(text: $0.draft.text, score: try AnswerScore(1))
                                }
                            } else if generator.chance(0.2) {
                                _ = try await made.answers.delete(written.answer.id, of: person)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await made.expectNoDrift()
            let positions = try await ChangeLog(database: database).page(of: .answers, after: 0, limit: 10_000).entries
            #expect(positions.map(\.position) == Array(1...Int64(positions.count)))
        }
    }

    @Test func whatIsOutOfItsLimitsIsRefused() throws {
        #expect(throws: ValidationError.self) { try AnswerDraft(text: " ") }
        #expect(throws: ValidationError.self) { try AnswerDraft(text: String(repeating: "x", count: 5_001)) }
        let now = Date()
        #expect(throws: ValidationError.self) {
            try AnswerDraft(text: "x", answeredAt: now.addingTimeInterval(3_600), now: now)
        }
        #expect(throws: ValidationError.self) {
            try AnswerDraft(text: "x", answeredAt: now.addingTimeInterval(-400 * 86_400), now: now)
        }
        #expect(try AnswerDraft(text: "x", answeredAt: now.addingTimeInterval(60), now: now).answeredAt == now)
    }
}
