import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct ErasureReplayTests {
    private static func post(_ jobs: JobDescriptionStore, of owner: UUID?) async throws -> JobDescription {
        try await jobs.create(
            try JobDescriptionDraft(description: "Build things", role: "Engineer"), owner: owner, vector: nil
        ).0
    }

    /// The ledger of a later state meets a database in which everything is there again.
    @Test func erasesWhatIsThereAllTheSame() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let (ada, ben) = (try await made.person("ada"), try await made.person("ben"))
            let (adas, _) = try await made.session(of: ada)
            let (first, firstQuestions) = try await made.session(of: ben)
            try await made.answer(firstQuestions[0], of: ben, score: 40)
            let (second, secondQuestions) = try await made.session(of: ben)
            let erased = try await made.answer(secondQuestions[0], of: ben, score: 10).answer
            let kept = try await made.answer(secondQuestions[1], of: ben, score: 90).answer
            let patterns = UserPatternStore(database: database)
            let pattern = try await patterns.put(try UserPatternDraft(), of: ben, vector: nil).0
            let jobs = JobDescriptionStore(database: database)
            let (own, nobodys) = (try await Self.post(jobs, of: ben), try await Self.post(jobs, of: nil))

            let ledger = ErasureLedger(database: database)
            let subjects: [(ErasureLedger.Kind, UUID)] = [
                (.answer, erased.id), (.session, first.id), (.pattern, pattern.id), (.jobDescription, own.id),
                (.person, ada), (.person, UUID()), (.answer, UUID()),
            ]
            let entries = subjects.map { ErasureLedger.Entry(kind: $0.0, id: $0.1, erasedAt: Date()) }
            #expect(try await ledger.add(entries) == entries.count)
            #expect(try await ledger.add(entries) == 0)
            let replay = ErasureReplay(database: database, answers: made.answers)
            #expect(try await replay.run() == 5)
            #expect(try await replay.run() == 0)

            #expect(try await UserStore(database: database).find(ada) == nil)
            #expect(try await made.sessions.find(adas.id, for: .everybody) == nil)
            #expect(try await made.sessions.find(first.id, for: .everybody) == nil)
            #expect(try await made.sessions.find(second.id, for: .everybody) != nil)
            let left = try await database.query("SELECT id FROM answers").map { try $0.decode("id", as: UUID.self) }
            #expect(left == [kept.id])
            #expect(try await patterns.find(user: ben) == nil)
            #expect(try await jobs.find(own.id) == nil)
            #expect(try await jobs.find(nobodys.id) != nil)
            #expect(try await ledger.count() == entries.count)
            try await made.expectNoDrift()
        }
    }

    @Test func everyDeletionOfWhatIsSomebodysIsInTheLedger() async throws {
        try await withMigratedDatabase { database in
            let made = try await SessionFixtures(database)
            let ben = try await made.person("ben")
            let (session, questions) = try await made.session(of: ben)
            let answer = try await made.answer(questions[0], of: ben).answer
            let patterns = UserPatternStore(database: database)
            let pattern = try await patterns.put(try UserPatternDraft(), of: ben, vector: nil).0
            let jobs = JobDescriptionStore(database: database)
            let (own, nobodys) = (try await Self.post(jobs, of: ben), try await Self.post(jobs, of: nil))
            _ = try await made.answers.delete(answer.id, of: ben)
            _ = try await made.sessions.delete(session.id, of: ben)
            _ = try await made.sessions.delete(session.id, of: ben)
            _ = try await patterns.delete(user: ben)
            _ = try await jobs.delete(own.id)
            _ = try await jobs.delete(nobodys.id)
            let entries = try await ErasureLedger(database: database).entries()
            #expect(entries.map(\.kind) == [.answer, .session, .pattern, .jobDescription])
            #expect(entries.map(\.id) == [answer.id, session.id, pattern.id, own.id])
        }
    }
}
