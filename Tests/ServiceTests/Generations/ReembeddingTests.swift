import Catalog
import Embedding
import Foundation
import Storage
import Synchronization
import TestSupport
import Testing
import VectorCollections

@testable import greenroom

@Suite struct ReembeddingTests {
    /// Refuses texts with a word, and is away for its first calls.
    private final class PickyEmbedder: Embedder {
        let model = EmbeddingModel(name: "picky", revision: "1", dimension: 2)
        private let callsAway: Mutex<Int>
        let embedded = Mutex<[String]>([])

        init(callsAway: Int = 0) { self.callsAway = Mutex(callsAway) }

        func embed(_ texts: [String]) async throws -> [[Float]] {
            let isAway = callsAway.withLock { calls in
                defer { calls -= 1 }
                return calls > 0
            }
            if isAway { throw EmbedderUnavailable(model: model.name, retryAfter: .zero) }
            if texts.contains(where: { $0.contains("bad") }) {
                throw EmbeddingInputError.textRefused(textsCount: texts.count, status: 400, message: "no")
            }
            embedded.withLock { $0 += texts }
            return texts.map { _ in [1, 0] }
        }
    }

    /// A bank that serves one model, and another one that is maintained and empty.
    private func withBank(
        _ texts: [String], _ body: (Database, _ model: Int) async throws -> Void
    ) async throws {
        try await withMigratedDatabase { database in
            let registry = ModelRegistry(database: database)
            let served = try await registry.register(name: "served", revision: "1", dimension: 3)
            try await registry.serve(served, in: .questions)
            for text in texts { try await store(text, database, served) }
            let model = try await registry.register(name: "picky", revision: "1", dimension: 2)
            try await registry.maintain(model, in: .questions)
            try await body(database, model)
        }
    }

    private func store(_ text: String, _ database: Database, _ model: Int) async throws {
        let draft = try QuestionDraft(questionText: text, category: "technical", difficulty: "easy")
        let vector = StoredVector(modelID: model, values: [1, 0, 0], contentHash: draft.embeddedTextHash)
        _ = try await QuestionStore(database: database).create(draft, vector: vector)
    }

    private func job(
        _ database: Database, _ model: Int, _ embedder: any Embedder, rate: Double = 100_000
    ) -> Reembedding<Question> {
        Reembedding(database: database, modelID: model, embedder: embedder, rate: rate, onOutage: { _ in })
    }

    @Test func embedsWhatIsMissingOnceAndParksWhatIsRefused() async throws {
        let texts = (0..<150).map { "What is \($0 == 70 ? "bad" : "good") question \($0)?" }
        try await withBank(texts) { database, model in
            let embedder = PickyEmbedder()
            let outcome = try await job(database, model, embedder).run()
            #expect(outcome == .init(embedded: 149, parked: 1))
            #expect(Set(embedder.embedded.withLock { $0 }) == Set(texts.filter { !$0.contains("bad") }))
            let queue = EmbeddingQueue<Question>(database: database, modelID: model)
            let counts = try await queue.missingCounts()
            #expect(counts.waiting == 0 && counts.parked == 1)
            #expect(try await queue.parked(limit: 5)[0].error.contains("refused"))
            #expect(try await job(database, model, embedder).run() == .init(embedded: 0, parked: 0))
        }
    }

    /// What it stores concerns followers of its own model alone.
    @Test func whoeverFollowsAnotherModelPassesOverIt() async throws {
        try await withBank(["What is a lock?", "What is a latch?"]) { database, model in
            let before = try await ChangeLog(database: database).head(of: .questions)
            _ = try await job(database, model, PickyEmbedder()).run()
            let signal = ChangeSignal(database: database)
            let identity = try await DatabaseIdentity.read(database)
            let own = CatalogChangeSource<Question>(
                database: database, identity: identity, modelID: model, signal: signal)
            let news = try await own.changes(after: .init(before), limit: 10)
            #expect(news.count == 2)
            let other = CatalogChangeSource<Question>(
                database: database, identity: identity, modelID: model - 1, signal: signal)
            let passed = try await other.changes(after: .init(before), limit: 10)
            #expect(passed.count == 1 && passed[0].operation == .delete && passed[0].position == news[1].position)
            let known = try await ItemFeed<Question>(database: database, modelID: model).page(after: nil, limit: 9)
            #expect(!known.map(\.item.id).contains(passed[0].id), "it stands for no item")
        }
    }

    @Test func waitsForAnEmbedderThatIsAway() async throws {
        try await withBank(["What is patience?"]) { database, model in
            let outcome = try await job(database, model, PickyEmbedder(callsAway: 1)).run()
            #expect(outcome == .init(embedded: 1, parked: 0))
        }
    }

    @Test func keepsToItsRate() async throws {
        try await withBank((0..<6).map { "What is question \($0)?" }) { database, model in
            let start = ContinuousClock.now
            _ = try await job(database, model, PickyEmbedder(), rate: 10).run()
            #expect(ContinuousClock.now - start >= .milliseconds(550))
        }
    }

    @Test func endsWhereTheModelIsDropped() async throws {
        try await withBank(["What is a lock?"]) { database, model in
            try await ModelRegistry(database: database).stopMaintaining(model, in: .questions)
            await #expect(throws: CatalogError.notMaintained(collection: "questions", model: model)) {
                try await job(database, model, PickyEmbedder()).run()
            }
        }
    }

    @Test func aSwitchLooksAtVectorsAndInstances() async throws {
        try await withBank(["What is good?", "What is bad?"]) { database, model in
            let registered = RegisteredModel(id: model, name: "picky", revision: "1", dimension: 2)
            func step(leavesParked: Bool = false) -> ModelSwitch {
                ModelSwitch(
                    database: database, model: registered, collections: [.questions], leavesParked: leavesParked)
            }
            #expect(try await step().obstacle() == .missing(.questions, count: 2))
            _ = try await job(database, model, PickyEmbedder()).run()
            #expect(try await step().obstacle() == .parked(.questions, count: 1))
            let (instances, store) = (InstanceStore(database: database), GenerationStore(database: database))
            let id = UUID()
            let name = "host:7 (\(id.uuidString.lowercased().prefix(8)))"
            func report(_ state: GenerationReport.State) -> [GenerationReport] {
                [
                    GenerationReport(
                        collection: .questions, model: model, state: state, isServed: false, appliedPosition: 0,
                        detail: "why")
                ]
            }
            try await instances.show(id, version: "1", host: "host:7")
            let unknown = ModelSwitch.Obstacle.notReady(.questions, ["\(name): not told yet"])
            #expect(try await step(leavesParked: true).obstacle() == unknown)
            try await store.report(id, report(.noEmbedder))
            await #expect(throws: ModelSwitch.Obstacle.notReady(.questions, ["\(name): no_embedder (why)"])) {
                try await step(leavesParked: true).run()
            }
            try await store.report(id, report(.ready))
            try await step(leavesParked: true).run()
            #expect(try await ModelRegistry(database: database).serving(.questions) == model)
            let shown = try await ModelsReport.read(database)
            let own = try #require(shown.collections.first { $0.collection == "questions" }?.models.last)
            #expect(own.serving && own.ready && own.parked == 1 && own.instances.map(\.state) == ["ready"])
        }
    }
}
