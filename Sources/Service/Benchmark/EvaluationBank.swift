import Catalog
import Embedding
import Foundation
import Logging
import Recommend
import Storage
import VectorCollections
import Workers

/// A bank of questions that exists for an evaluation only: in an engine's memory, or stored in a database and followed from
/// its log as in service.
struct EvaluationBank: Sendable {
    struct Entry: Sendable {
        let text: String
        /// Empty where skills are to be inferred from the text.
        let skills: [String]
    }

    /// What suggestions are made from.
    struct Loaded {
        let collection: VectorCollections.Collection
        /// The places in `entries` of the questions, by their ids. Of entries that are the same question there is one.
        let places: [UUID: Int]
        /// Of entries that the bank does not take.
        let refusedCount: Int
    }

    private static let batchMax = 256
    private static let difficulty = Difficulty.medium

    let entries: [Entry]
    let inference: SkillInference
    let embedder: CachedEmbedder

    /// - Parameter progress: called with how many entries are done.
    func load(on workers: WorkerPool, progress: (Int) -> Void) async throws -> Loaded {
        let model = embedder.model
        let collection = VectorCollections.Collection(
            schema: .questions(dimension: model.dimension, model: "\(model)"), workers: workers)
        for batch in batches() {
            let vectors = try await embedder.embed(entries[batch].map(\.text))
            try collection.load(
                zip(batch, vectors).map { place, vector in
                    let entry = entries[place]
                    let isInferred = entry.skills.isEmpty
                    return Point(
                        id: AnnBenchmark.id(place), vector: vector,
                        payload: [
                            "text": .text(entry.text),
                            "skills": .keywords(isInferred ? inference.skills(in: entry.text) : entry.skills),
                            "difficulty": .keyword(Self.difficulty.rawValue), "skills_inferred": .bool(isInferred),
                        ])
                })
            progress(batch.upperBound)
        }
        collection.completeLoad(at: Position.start)
        try await collection.optimise()
        return Loaded(
            collection: collection,
            places: Dictionary(uniqueKeysWithValues: entries.indices.map { (AnnBenchmark.id($0), $0) }), refusedCount: 0
        )
    }

    /// Stores the entries as `greenroom ingest` does, and reads them as an instance does that starts.
    /// - Parameter database: migrated and empty.
    func store(
        in database: Database, _ workers: BenchWorkers, logger: Logger, progress: (Int) -> Void
    ) async throws -> Loaded {
        let model = embedder.model
        let registry = ModelRegistry(database: database)
        let id = try await registry.register(name: model.name, revision: model.revision, dimension: model.dimension)
        try await registry.serve(id, in: .questions)
        var placesByHash: [[UInt8]: Int] = [:]
        var refusedCount = 0
        for batch in batches() {
            var drafts: [QuestionDraft] = []
            for place in batch {
                do {
                    let draft = try draft(entries[place])
                    if placesByHash.updateValue(place, forKey: draft.contentHash) == nil { drafts.append(draft) }
                } catch is ValidationError {
                    refusedCount += 1
                }
            }
            let vectors = try await embedder.embed(drafts.map(\.questionText))
            _ = try await QuestionImport(database: database).store(
                drafts,
                vectors: zip(drafts, vectors).map {
                    StoredVector(modelID: id, values: $1, contentHash: $0.embeddedTextHash)
                }, source: .bank)
            progress(batch.upperBound)
        }
        let opening = CollectionOpening(
            workers: workers.workers, builders: workers.builders, memory: nil, folder: nil,
            source: "\(try await DatabaseIdentity.read(database).id)", logger: logger)
        let collection = try await CaughtUpCollection(
            database: database, opening: opening, model: model, modelID: id, logger: logger
        ).open()
        let rows = try await database.query("SELECT id, content_hash FROM questions")
        let places = try rows.compactMap { row in
            try placesByHash[row.decode("content_hash", as: [UInt8].self)].map { place in
                (try row.decode("id", as: UUID.self), place)
            }
        }
        return Loaded(
            collection: collection, places: Dictionary(uniqueKeysWithValues: places), refusedCount: refusedCount)
    }

    private func draft(_ entry: Entry) throws -> QuestionDraft {
        let draft = try QuestionDraft(
            questionText: entry.text, category: "technical", difficulty: Self.difficulty.rawValue,
            requiredSkills: entry.skills)
        return try inference.completing(draft)
    }

    private func batches() -> [Range<Int>] {
        stride(from: 0, to: entries.count, by: Self.batchMax).map { $0..<min($0 + Self.batchMax, entries.count) }
    }
}
