import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct EmbeddingQueueTests {
    /// A question stored without a vector.
    private func withQueuedQuestion(
        _ body: (Database, QuestionStore, EmbeddingQueue<Question>, Question) async throws -> Void
    ) async throws {
        try await withMigratedDatabase { database in
            let model = try await Fixtures.model(database)
            let store = QuestionStore(database: database)
            let (question, _) = try await store.create(try Fixtures.draft("What does VACUUM do?"), vector: nil)
            try await body(database, store, EmbeddingQueue(database: database, modelID: model), question)
        }
    }

    @Test func anItemWithoutAVectorIsStoredAndQueued() async throws {
        try await withQueuedQuestion { database, store, queue, question in
            #expect(try await store.find(question.id) != nil)
            #expect(try await queue.counts() == .init(waiting: 1, parked: 0))
            let taken = try await queue.take(limit: 10, seconds: 60)
            #expect(taken == [.init(id: question.id, text: "What does VACUUM do?", attempts: 1)])
            #expect(try await queue.take(limit: 10, seconds: 60).isEmpty, "it is another worker's for a minute")
            let head = try await ChangeLog(database: database).head(of: .questions)
            #expect(try await queue.complete(taken, with: [[0, 1, 0]]) == head + 1)
            #expect(try await queue.counts() == .init(waiting: 0, parked: 0))
        }
    }

    @Test func whatIsTakenComesBackWhenItsTimeIsOver() async throws {
        try await withQueuedQuestion { _, _, queue, question in
            #expect(try await queue.take(limit: 10, seconds: 0).map(\.attempts) == [1])
            #expect(try await queue.take(limit: 10, seconds: 0).map(\.attempts) == [2])
            try await queue.postpone([question.id], seconds: 3_600, error: "later")
            #expect(try await queue.take(limit: 10, seconds: 0).isEmpty)
            #expect(try await queue.counts() == .init(waiting: 1, parked: 0))
        }
    }

    @Test func aVectorOfAnOlderTextIsNotStored() async throws {
        try await withQueuedQuestion { database, store, queue, question in
            let taken = try await queue.take(limit: 10, seconds: 3_600)
            _ = try await store.update(question.id, to: try Fixtures.draft("What does ANALYZE do?"), vector: nil)
            let head = try await ChangeLog(database: database).head(of: .questions)
            #expect(try await queue.complete(taken, with: [[0, 1, 0]]) == nil)
            #expect(try await ChangeLog(database: database).head(of: .questions) == head)
            #expect(try await database.query("SELECT FROM vectors").count == 0)
            let again = try await queue.take(limit: 10, seconds: 60)
            #expect(again.map(\.text) == ["What does ANALYZE do?"], "the new text is due at once")
        }
    }

    @Test func aParkedItemWaitsUntilItsTextChanges() async throws {
        try await withQueuedQuestion { _, store, queue, question in
            _ = try await queue.take(limit: 10, seconds: 0)
            try await queue.park(question.id, error: String(repeating: "e", count: 5_000))
            #expect(try await queue.take(limit: 10, seconds: 0).isEmpty)
            #expect(try await queue.counts() == .init(waiting: 0, parked: 1))
            let parked = try await queue.parked(limit: 10)
            #expect(parked.map(\.id) == [question.id] && parked[0].error.count == 1_000)
            _ = try await store.update(question.id, to: try Fixtures.draft("What does ANALYZE do?"), vector: nil)
            #expect(try await queue.counts() == .init(waiting: 1, parked: 0))
        }
    }

    /// The text changes in a transaction that is open while a worker brings the vector of the text before.
    @Test func aTextThatChangesAtThisMomentWins() async throws {
        try await withQueuedQuestion { database, _, queue, question in
            let taken = try await queue.take(limit: 10, seconds: 3_600)
            let changed = try Fixtures.draft("What does ANALYZE do?")
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await database.withTransaction { transaction in
                    try await transaction.query(
                        "UPDATE questions SET question_text = \(changed.questionText) WHERE id = \(question.id)")
                    let vector = Fixtures.vector(changed, model: 1)
                    try await VectorTable(collection: .questions).store(
                        vector, of: question.id, textHash: vector.contentHash, in: transaction)
                    group.addTask {
                        let stored = try await queue.complete(taken, with: [[0, 1, 0]])
                        #expect(stored == nil)
                    }
                    // Long enough for the worker to meet the row; however short it is, the outcome must be the same.
                    try await Task.sleep(for: .milliseconds(100))
                }
                try await group.waitForAll()
            }
            let feed = ItemFeed<Question>(database: database, modelID: 1)
            #expect(try await feed.present([question.id]).map(\.vector) == [[0.6, 0.8, 0]])
        }
    }

    @Test func whatIsMissingIsFoundWhetherItWaitsOrNot() async throws {
        try await withQueuedQuestion { database, store, queue, question in
            let draft = try Fixtures.draft("What does ANALYZE do?")
            let (other, _) = try await store.create(draft, vector: nil)
            let ids = [question.id, other.id].sorted { $0.uuidString < $1.uuidString }
            _ = try await queue.take(limit: 10, seconds: 3_600)
            #expect(try await queue.missing(after: nil, limit: 10).map(\.id) == ids)
            #expect(try await queue.missing(after: ids[0], limit: 10).map(\.id) == [ids[1]])
            try await queue.park(ids[0], error: "no")
            try await database.query("DELETE FROM pending_embeddings WHERE item_id = \(ids[1])")
            #expect(try await queue.missing(after: nil, limit: 10).map(\.id) == [ids[1]])
            #expect(try await queue.missingCounts() == .init(waiting: 1, parked: 1))
            try await queue.park(ids[1], error: "no")
            #expect(try await queue.missingCounts() == .init(waiting: 0, parked: 2))
            try await queue.park(UUID(), error: "nothing is parked that is not there")
            #expect(try await queue.counts() == .init(waiting: 0, parked: 2))
        }
    }

    @Test func aVectorThatComesWithTheItemTakesItOffTheQueue() async throws {
        try await withQueuedQuestion { _, store, queue, question in
            let model = try #require(try await queue.take(limit: 1, seconds: 0).first).attempts
            #expect(model == 1)
            let draft = try Fixtures.draft("What does ANALYZE do?")
            _ = try await store.update(question.id, to: draft, vector: Fixtures.vector(draft, model: 1))
            #expect(try await queue.counts() == .init(waiting: 0, parked: 0))
            // The same text again, while the embedder does not work: its vector stays.
            _ = try await store.update(question.id, to: draft, vector: nil)
            #expect(try await queue.counts() == .init(waiting: 0, parked: 0))
            _ = try await store.delete(question.id)
            #expect(try await queue.counts() == .init(waiting: 0, parked: 0))
        }
    }

    @Test func workersShareTheQueue() async throws {
        try await withMigratedDatabase { database in
            let model = try await Fixtures.model(database)
            let store = QuestionStore(database: database)
            for number in 0..<40 {
                _ = try await store.create(try Fixtures.draft("What is lock number \(number)?"), vector: nil)
            }
            let queue = EmbeddingQueue<Question>(database: database, modelID: model)
            let all = try await withThrowingTaskGroup(of: [UUID].self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        var taken: [UUID] = []
                        while case let items = try await queue.take(limit: 3, seconds: 60), !items.isEmpty {
                            taken += items.map(\.id)
                            try await queue.complete(items, with: items.map { _ in [1, 0, 0] })
                        }
                        return taken
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(all.count == 40 && Set(all).count == 40)
            #expect(
                try await ItemFeed<Question>(database: database, modelID: model).page(after: nil, limit: 99).count == 40
            )
        }
    }
}
