import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct FigureNewsTests {
    /// Whatever answers did to a question's figures since, the index hears of it once.
    @Test func eachChangedQuestionIsToldOnce() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let log = ChangeLog(database: database)
            let news = FigureNews(database: database)
            let ada = try await made.person("ada")
            let (_, questions) = try await made.session(of: ada)
            #expect(try await news.tell() == 0)
            let head = try await log.head(of: .questions)

            let first = try await made.answer(questions[0], of: ada, score: 80)
            for _ in 0..<3 { try await made.answer(questions[1], of: ada, score: 40) }
            #expect(try await log.head(of: .questions) == head)
            #expect(try await news.tell(limit: 1) == 1)
            #expect(try await news.tell(limit: 1) == 1)
            #expect(try await news.tell() == 0)
            let told = [made.bank[0].id, made.bank[1].id]
            #expect(try await log.head(of: .questions) == head + 2)
            #expect(try await log.changed(made.bank.map(\.id), in: .questions, after: head) == Set(told))

            // An answer that goes changes figures as well.
            _ = try await made.answers.delete(first.answer.id, of: ada)
            #expect(try await news.tell() == 1)
            #expect(try await log.changed(told, in: .questions, after: head + 2) == [made.bank[0].id])
        }
    }

    /// A question that is being answered is told of afterwards, and nobody waits for it.
    @Test(.timeLimit(.minutes(5))) func nobodyWaits() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let news = FigureNews(database: database)
            let ada = try await made.person("ada")
            let (_, questions) = try await made.session(of: ada)
            for question in questions.prefix(2) { try await made.answer(question, of: ada, score: 70) }
            try await database.withTransaction { transaction in
                try await transaction.query(
                    "SELECT FROM questions WHERE id = \(made.bank[0].id) FOR NO KEY UPDATE")
                #expect(try await news.tell() == 1)
            }
            #expect(try await news.tell() == 1)
        }
    }
}
