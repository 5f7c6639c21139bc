import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct QuestionImportTests {
    private func load(_ drafts: [QuestionDraft], into database: Database, model: Int) async throws
        -> QuestionImport.Counts
    {
        let bank = QuestionImport(database: database)
        let changed = try await bank.changed(drafts, source: .bank)
        let vectors = changed.map { Fixtures.vector($0, model: model) }
        return try await bank.store(changed, vectors: vectors, source: .bank)?.counts ?? QuestionImport.Counts()
    }

    @Test func loadingAgainChangesNothing() async throws {
        try await withMigratedDatabase { database in
            let model = try await Fixtures.model(database)
            let drafts = try (0..<300).map { number in
                try Fixtures.draft(
                    "Question number \(number) about \"quotes\", ünïcode and \\ slashes?",
                    skills: ["C++", "a\"b,c{}"], metadata: #"{"n": 1, "x": {"y": []}}"#)
            }
            #expect(try await load(drafts, into: database, model: model).inserted == 300)
            let head = try await ChangeLog(database: database).head(of: .questions)
            #expect(try await load(drafts, into: database, model: model) == QuestionImport.Counts())
            #expect(try await ChangeLog(database: database).head(of: .questions) == head)
            let feed = ItemFeed<Question>(database: database, modelID: model)
            let stored = try await feed.page(after: nil, limit: 1_000)
            #expect(stored.count == 300)
            #expect(stored[0].item.draft.requiredSkills == ["C++", "a\"b,c{}"])
        }
    }

    @Test func replacesWhatChanged() async throws {
        try await withMigratedDatabase { database in
            let model = try await Fixtures.model(database)
            _ = try await load(
                [try Fixtures.draft("Number one?"), try Fixtures.draft("Number two?")].map { $0 }, into: database,
                model: model)
            let counts = try await load(
                [try Fixtures.draft("Hello?"), try Fixtures.draft("Number one?", difficulty: "hard")], into: database,
                model: model)
            #expect(counts.inserted == 1 && counts.updated == 1)
        }
    }

    @Test func findsQuestionsWithoutAVector() async throws {
        try await withMigratedDatabase { database in
            let old = try await Fixtures.model(database)
            _ = try await load([try Fixtures.draft("What is a lock?")], into: database, model: old)
            let new = try await Fixtures.model(database, name: "other")
            let queue = EmbeddingQueue<Question>(database: database, modelID: new)
            #expect(try await queue.addMissing() == 1)
            #expect(try await queue.addMissing() == 0)
            let taken = try await queue.take(limit: 10, seconds: 60)
            #expect(taken.map(\.text) == ["What is a lock?"])
            try await queue.complete(taken, with: [[0.6, 0.8, 0]])
            #expect(try await queue.counts() == .init(waiting: 0, parked: 0))
            let feed = ItemFeed<Question>(database: database, modelID: new)
            #expect(try await feed.page(after: nil, limit: 10).count == 1)
        }
    }
}
