import Catalog
import Embedding
import Foundation
import Logging
import Storage
import VectorCollections

/// Times what the service promises when it acknowledges: rows, vectors and changes committed in PostgreSQL, by the same
/// stores that routes and `greenroom ingest` use; then how long an instance takes to find all of it again.
struct DurableBenchmark: Sendable {
    /// One size of batch.
    struct Ingest: Sendable, Encodable {
        let kind = "durable_ingest"
        /// Rows of a transaction.
        let batch: Int
        let points: Int
        /// How many were stored before.
        let before: Int
        let pointsPerSecond: Double
        /// Of a transaction, from the call to the acknowledgement.
        let p50Milliseconds: Double
        let p99Milliseconds: Double
        let server: Durability
    }

    /// An instance that starts.
    struct Recovery: Sendable, Encodable {
        let kind = "recovery"
        /// `nothing`, or `snapshot` with so many changes behind it.
        let from: String
        let points: Int
        let changesBehind: Int
        /// From the first step to the answer of the first search, with everything that was acknowledged.
        let seconds: Double
    }

    /// What the server's acknowledgement is worth.
    struct Durability: Sendable, Encodable {
        let fsync: String
        let synchronousCommit: String
    }

    private static let model = EmbeddingModel(name: "benchmark", revision: "1", dimension: 1)
    private static let fillBatch = QuestionImport.batchCountMax

    let database: Database
    let base: VectorFile.Rows
    /// Sizes of batches, each with the points and the seconds at most.
    let batches: [Int]
    let pointsMax: Int
    let secondsMax: Double
    /// How many there are when instances start.
    let recoveredPoints: Int
    let logger: Logger

    /// - Parameters:
    ///   - folder: an empty one for snapshots.
    ///   - report: is given each line as soon as it is known.
    func run(folder: URL, workers: BenchWorkers, report: (any Encodable) throws -> Void) async throws {
        let model = EmbeddingModel(
            name: Self.model.name, revision: Self.model.revision, dimension: base.dimension)
        let registry = ModelRegistry(database: database)
        let id = try await registry.register(name: model.name, revision: model.revision, dimension: model.dimension)
        try await registry.serve(id, in: .questions)
        let durability = try await durability()
        var stored = 0
        for batch in batches {
            let line = try await ingest(batch, model: id, stored: &stored, durability)
            try report(line)
        }
        while stored < recoveredPoints {
            let count = min(Self.fillBatch, recoveredPoints - stored, base.count - stored)
            if count <= 0 { break }
            try await store(stored..<stored + count, model: id)
            stored += count
        }
        let opening = CollectionOpening(
            workers: workers.workers, builders: workers.builders, memory: nil, folder: folder,
            source: "\(try await DatabaseIdentity.read(database).id)", logger: logger)
        try report(try await recoverFromNothing(opening, model, id))
        let behind = max(0, min(Self.fillBatch, base.count - stored))
        if behind > 0 { try await store(stored..<stored + behind, model: id) }
        let (collection, seconds) = try await recover(opening, model, id)
        let found = collection.info().pointsCount
        guard collection.snapshotPosition != nil, found == stored + behind else {
            throw UsageError("\(stored + behind) points were acknowledged, and \(found) are there after a restart")
        }
        try report(Recovery(from: "snapshot", points: found, changesBehind: behind, seconds: seconds))
    }

    /// Leaves a snapshot behind, and nothing that holds its folder.
    private func recoverFromNothing(
        _ opening: CollectionOpening, _ model: EmbeddingModel, _ id: Int
    ) async throws -> Recovery {
        let (collection, seconds) = try await recover(opening, model, id)
        try await collection.optimise()
        try await collection.snapshot()
        let points = collection.info().pointsCount
        return Recovery(from: "nothing", points: points, changesBehind: points, seconds: seconds)
    }

    // MARK: Writing

    private func ingest(
        _ batch: Int, model: Int, stored: inout Int, _ durability: Durability
    ) async throws -> Ingest {
        let start = ContinuousClock.now
        let before = stored
        var milliseconds: [Double] = []
        while .now - start < .seconds(secondsMax), stored - before < pointsMax, stored + batch <= base.count {
            let began = ContinuousClock.now
            try await store(stored..<stored + batch, model: model)
            milliseconds.append((ContinuousClock.now - began) / .milliseconds(1))
            stored += batch
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let sorted = milliseconds.sorted()
        func quantile(_ share: Double) -> Double {
            sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
        }
        return Ingest(
            batch: batch, points: stored - before, before: before, pointsPerSecond: Double(stored - before) / seconds,
            p50Milliseconds: quantile(0.5), p99Milliseconds: quantile(0.99), server: durability)
    }

    /// One row by the way of a single question, more by that of a bulk load.
    private func store(_ rows: Range<Int>, model: Int) async throws {
        let drafts = try rows.map { row in
            try QuestionDraft(
                questionText: "What would you do about matter number \(row) of this benchmark, and why?",
                category: "technical", difficulty: "medium", requiredSkills: ["Skill \(row % 100)"])
        }
        let vectors = zip(rows, drafts).map { row, draft in
            StoredVector(modelID: model, values: base.row(row), contentHash: draft.embeddedTextHash)
        }
        if drafts.count == 1 {
            _ = try await QuestionStore(database: database).create(drafts[0], vector: vectors[0])
        } else {
            _ = try await QuestionImport(database: database).store(drafts, vectors: vectors, source: .bank)
        }
    }

    private func durability() async throws -> Durability {
        let rows = try await database.query(
            "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit")
        guard let row = rows.first else { preconditionFailure("the server has settings") }
        return Durability(
            fsync: try row.decode("fsync", as: String.self),
            synchronousCommit: try row.decode("commit", as: String.self))
    }

    // MARK: Recovery

    private func recover(
        _ opening: CollectionOpening, _ model: EmbeddingModel, _ id: Int
    ) async throws -> (collection: VectorCollections.Collection, seconds: Double) {
        let start = ContinuousClock.now
        let collection = try await CaughtUpCollection(
            database: database, opening: opening, model: model, modelID: id, logger: logger
        ).open()
        _ = try await collection.search(SearchRequest(vector: base.row(0), limit: 10))
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return (collection, seconds)
    }
}
