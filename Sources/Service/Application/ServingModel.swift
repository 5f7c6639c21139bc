import Catalog
import Embedding
import Logging
import Storage

/// Makes the embedder's model the one that the questions collection serves: registers it, gives every question the
/// vector it lacks in this model, and then switches. Safe to run on several instances at once and to repeat.
struct ServingModel: Sendable {
    static let batchCountMax = 500

    let database: Database
    let embedder: any Embedder
    let logger: Logger

    /// - Returns: the model's row in `embedding_models`.
    func establish() async throws -> Int {
        let registry = ModelRegistry(database: database)
        let model = embedder.model
        let id = try await registry.register(name: model.name, revision: model.revision, dimension: model.dimension)
        if try await registry.serving(.questions) == nil { try await registry.serve(id, in: .questions) }
        let feed = QuestionFeed(database: database, modelID: id)
        let vectors = QuestionVectors(database: database)
        var added = 0
        while true {
            let questions = try await feed.missingVectors(limit: Self.batchCountMax)
            if questions.isEmpty { break }
            let values = try await embedder.embed(questions.map(\.draft.questionText))
            let stored = zip(questions, values).map { question, values in
                StoredVector(modelID: id, values: values, contentHash: question.draft.embeddedTextHash)
            }
            try await vectors.add(stored, to: questions)
            added += questions.count
        }
        if added > 0 {
            logger.notice(
                "embedded questions that lacked a vector", metadata: ["count": "\(added)", "model": "\(model)"])
        }
        if try await registry.serving(.questions) != id {
            try await registry.serve(id, in: .questions)
            logger.notice("the questions collection serves another model now", metadata: ["model": "\(model)"])
        }
        return id
    }
}
