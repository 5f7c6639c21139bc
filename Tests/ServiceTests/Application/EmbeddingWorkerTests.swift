import Catalog
import Embedding
import Foundation
import Logging
import Storage
import TestSupport
import Testing

@testable import greenroom

@Suite struct EmbeddingWorkerTests {
    /// Is away, or takes every text but one.
    private struct PickyEmbedder: Embedder {
        let model = EmbeddingModel(name: "picky", revision: "1", dimension: 3)
        var refused = "never"
        var isAway = false

        func embed(_ texts: [String]) async throws -> [[Float]] {
            if isAway { throw EmbedderUnavailable(model: model.name, retryAfter: .zero) }
            if let index = texts.firstIndex(where: { $0.contains(refused) }) {
                throw EmbeddingInputError.textTooLarge(index: index, bytes: 9, textBytesMax: 8)
            }
            return texts.map { _ in [1, 0, 0] }
        }
    }

    /// Questions stored without vectors, and a worker that embeds by `embedder`.
    private func withQueue(
        _ texts: [String], _ embedder: PickyEmbedder,
        _ body: (EmbeddingQueue<Question>, EmbeddingWorker<Question>) async throws -> Void
    ) async throws {
        try await withMigratedDatabase { database in
            let registry = ModelRegistry(database: database)
            let model = try await registry.register(name: "picky", revision: "1", dimension: 3)
            try await registry.serve(model, in: .questions)
            for text in texts {
                let draft = try QuestionDraft(questionText: text, category: "technical", difficulty: "easy")
                _ = try await QuestionStore(database: database).create(draft, vector: nil)
            }
            let queue = EmbeddingQueue<Question>(database: database, modelID: model)
            try await body(
                queue, EmbeddingWorker(queue: queue, embedder: embedder, logger: Logger(label: "test")))
        }
    }

    @Test func oneTextThatCannotBeEmbeddedIsParkedAlone() async throws {
        let texts = ["What is a good text?", "What is a bad text?", "What is another text?"]
        try await withQueue(texts, PickyEmbedder(refused: "bad")) { queue, worker in
            #expect(try await worker.step() == false)
            let counts = try await queue.counts()
            #expect(counts.waiting == 0 && counts.parked == 1)
            #expect(try await queue.parked(limit: 10)[0].error.contains("9 bytes"))
            #expect(try await worker.step(), "nothing is left to do")
        }
    }

    @Test func anOutageGivesNothingUpHoweverLongItIs() async throws {
        try await withQueue(["What is patience?"], PickyEmbedder(isAway: true)) { queue, worker in
            for _ in 0..<60 { _ = try await queue.take(limit: 1, seconds: 0) }
            #expect(try await worker.step(), "it has to wait")
            let counts = try await queue.counts()
            #expect(counts.waiting == 1 && counts.parked == 0)
        }
    }
}
