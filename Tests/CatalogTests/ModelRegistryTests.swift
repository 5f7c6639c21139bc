import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct ModelRegistryTests {
    private func other(_ database: Database) async throws -> Int {
        try await ModelRegistry(database: database).register(name: "other", revision: "1", dimension: 2)
    }

    private func hasVector(_ item: UUID, of model: Int, _ database: Database) async throws -> Bool {
        try await ItemFeed<Question>(database: database, modelID: model).present([item]).count == 1
    }

    @Test func theFirstModelIsServedOnce() async throws {
        try await withMigratedDatabase { database in
            let registry = ModelRegistry(database: database)
            #expect(try await registry.models(of: .questions).serving == nil)
            let one = try await registry.register(name: "one", revision: "1", dimension: 3)
            let two = try await registry.register(name: "two", revision: "1", dimension: 3)
            #expect(try await registry.register(name: "one", revision: "1", dimension: 3) == one)
            let served = try await withThrowingTaskGroup(of: Int.self) { group in
                for model in [one, two, one, two] {
                    group.addTask { try await registry.serveFirst(model, in: .questions) }
                }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }
            #expect(served.count == 1, "whoever comes first decides for all")
            let models = try await registry.models(of: .questions)
            #expect(models.maintained.map(\.id) == Array(served) && models.serving == models.maintained[0])
            #expect(try await registry.models(of: .jobDescriptions).serving == nil)
        }
    }

    @Test func aWriteKeepsUpEveryMaintainedModel() async throws {
        try await withMigratedDatabase { database in
            let (one, two) = (try await Fixtures.model(database), try await other(database))
            let registry = ModelRegistry(database: database)
            #expect(try await registry.maintain(two, in: .questions))
            #expect(try await registry.maintain(two, in: .questions) == false)
            let store = QuestionStore(database: database)
            let queues = [one, two].map { EmbeddingQueue<Question>(database: database, modelID: $0) }
            // A vector of one of them: the other one waits.
            let draft = try Fixtures.draft("What does VACUUM do?")
            let (question, _) = try await store.create(draft, vector: Fixtures.vector(draft, model: one))
            #expect(try await queues[0].counts() == .init(waiting: 0, parked: 0))
            #expect(try await queues[1].counts() == .init(waiting: 1, parked: 0))
            #expect(try await queues[1].missingCounts() == .init(waiting: 1, parked: 0))
            let taken = try await queues[1].take(limit: 10, seconds: 60)
            try await queues[1].complete(taken, with: [[1, 0]])
            #expect(try await hasVector(question.id, of: one, database))
            #expect(try await hasVector(question.id, of: two, database))
            // Both at once, of a new text: neither waits, and no vector of the old text stays.
            let changed = try Fixtures.draft("What does ANALYZE do?")
            var vector = Fixtures.vector(changed, model: one)
            vector.others = [StoredVector(modelID: two, values: [0, 1], contentHash: vector.contentHash)]
            _ = try await store.update(question.id, to: changed, vector: vector)
            for queue in queues { #expect(try await queue.missingCounts() == .init(waiting: 0, parked: 0)) }
            // A new text without a vector: both wait, and neither finds the old text.
            _ = try await store.update(question.id, to: draft, vector: nil)
            for queue in queues { #expect(try await queue.counts() == .init(waiting: 1, parked: 0)) }
            #expect(try await database.query("SELECT FROM vectors").count == 0)
            _ = try await store.delete(question.id)
            #expect(try await database.query("SELECT FROM pending_embeddings").count == 0)
        }
    }

    /// A writer that embedded with a model that is not served any more, or not kept up any more, loses nothing.
    @Test func aVectorOfAnotherModelIsNoError() async throws {
        try await withMigratedDatabase { database in
            let (one, two) = (try await Fixtures.model(database), try await other(database))
            let registry = ModelRegistry(database: database)
            try await registry.maintain(two, in: .questions)
            try await registry.switch(to: two, in: [.questions]) { _, _ in }
            let store = QuestionStore(database: database)
            let late = try Fixtures.draft("What does VACUUM do?")
            let (first, _) = try await store.create(late, vector: Fixtures.vector(late, model: one))
            #expect(try await hasVector(first.id, of: one, database))
            let queue = EmbeddingQueue<Question>(database: database, modelID: two)
            #expect(try await queue.counts().waiting == 1)
            try await registry.stopMaintaining(one, in: .questions)
            let later = try Fixtures.draft("What does ANALYZE do?")
            let (second, _) = try await store.create(later, vector: Fixtures.vector(later, model: one))
            #expect(try await hasVector(second.id, of: one, database) == false)
            #expect(try await queue.counts().waiting == 2)
        }
    }

    /// A model is added while a writer is in the middle: the writer's row is among those that are looked for, or the
    /// writer queues it itself.
    @Test func aWriterUnderWayIsNotMissedByAModelThatIsAdded() async throws {
        try await withMigratedDatabase { database in
            let (one, two) = (try await Fixtures.model(database), try await other(database))
            let registry = ModelRegistry(database: database)
            let queue = EmbeddingQueue<Question>(database: database, modelID: two)
            let writers = 40
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<writers {
                    group.addTask {
                        let draft = try Fixtures.draft("What is lock number \(number)?")
                        _ = try await QuestionStore(database: database).create(
                            draft, vector: Fixtures.vector(draft, model: one))
                    }
                    if number == writers / 2 {
                        group.addTask {
                            try await registry.maintain(two, in: .questions)
                            try await queue.addMissing()
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await queue.counts().waiting == writers)
        }
    }

    @Test func aSwitchThatIsRefusedChangesNothing() async throws {
        struct Refused: Error {}
        try await withMigratedDatabase { database in
            let (one, two) = (try await Fixtures.model(database), try await other(database))
            try await Fixtures.model(database, for: .userPatterns)
            let registry = ModelRegistry(database: database)
            await #expect(throws: CatalogError.notMaintained(collection: "questions", model: two)) {
                try await registry.switch(to: two, in: [.questions]) { _, _ in }
            }
            for name in [CollectionName.questions, .userPatterns] { try await registry.maintain(two, in: name) }
            await #expect(throws: Refused.self) {
                try await registry.switch(to: two, in: [.userPatterns, .questions]) { name, _ in
                    if name == .userPatterns { throw Refused() }
                }
            }
            #expect(try await registry.serving(.questions) == one)
            await #expect(throws: CatalogError.modelServed(collection: "questions", model: one)) {
                try await registry.stopMaintaining(one, in: .questions)
            }
            // The database upholds it too.
            await #expect(throws: PostgresError.self) {
                try await database.query("DELETE FROM collection_models WHERE collection = 'questions'")
            }
        }
    }

    @Test func aDroppedModelLeavesNothing() async throws {
        try await withMigratedDatabase { database in
            let (one, two) = (try await Fixtures.model(database), try await other(database))
            let registry = ModelRegistry(database: database)
            try await registry.maintain(two, in: .questions)
            let store = QuestionStore(database: database)
            for number in 0..<5 {
                let draft = try Fixtures.draft("What is lock number \(number)?")
                _ = try await store.create(draft, vector: Fixtures.vector(draft, model: one))
            }
            let queue = EmbeddingQueue<Question>(database: database, modelID: two)
            let taken = try await queue.take(limit: 4, seconds: 60)
            try await queue.complete(Array(taken.prefix(3)), with: [[1, 0], [1, 0], [1, 0]])
            #expect(try await registry.deleteVectors(of: two, in: .questions, limit: 9) == 0, "it is maintained")
            try await registry.stopMaintaining(two, in: .questions)
            // A worker that comes too late puts nothing back.
            #expect(try await queue.complete(Array(taken.suffix(1)), with: [[1, 0]]) == nil)
            #expect(try await registry.deleteVectors(of: two, in: .questions, limit: 2) == 2)
            #expect(try await registry.deleteVectors(of: two, in: .questions, limit: 2) == 1)
            #expect(try await registry.deleteVectors(of: two, in: .questions, limit: 2) == 0)
            #expect(try await queue.counts() == .init(waiting: 0, parked: 0))
            let feed = ItemFeed<Question>(database: database, modelID: one)
            #expect(try await feed.page(after: nil, limit: 9).count == 5)
            #expect(try await registry.known().map(\.name) == ["test", "other"])
        }
    }
}
