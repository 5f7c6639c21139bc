import Catalog
import Embedding
import Foundation
import Logging
import VectorCollections
import Workers

/// Opens the engine's collections: from their snapshots where there are any that belong to this database and model, else
/// empty, to be loaded from the database.
struct CollectionOpening: Sendable {
    let workers: WorkerPool
    let builders: WorkerPool
    let memory: MemoryBudget?
    /// Holds a folder for each collection and model; nil where nothing is kept in files.
    let folder: URL?
    /// The identity of the database, in whose log positions count.
    let source: String
    let logger: Logger

    /// - Parameters:
    ///   - modelID: names the folder, with the collection.
    ///   - head: of the collection's log. A snapshot beyond it is of a database that was set back.
    func open(
        _ name: CollectionName, model: EmbeddingModel, modelID: Int, head: Int64
    ) throws -> VectorCollections.Collection {
        let schema = schema(name, model)
        guard let files = try files(of: name, modelID) else { return collection(schema, files: nil) }
        do {
            // Every checksum, which costs reading the files once: a wrong byte in a vector would be a wrong answer.
            let restored = try VectorCollections.Collection(
                restoring: files, schema: schema, parameters: CollectionParameters(), workers: workers,
                builders: builders, memory: memory, checking: .full)
            if restored.appliedPosition.rawValue <= head { return restored }
            logger.warning(
                "a snapshot is ahead of the database, which was set back: loading from the database",
                metadata: [
                    "collection": "\(name.rawValue)", "snapshot": "\(restored.appliedPosition.rawValue)",
                    "head": "\(head)",
                ])
            return collection(schema, files: files)
        } catch {
            // Files are a copy of what the database has: wrong ones cost a load and nothing else.
            logger.warning(
                "a snapshot cannot be used, loading from the database",
                metadata: ["collection": "\(name.rawValue)", "error": "\(error)"])
            return collection(schema, files: files)
        }
    }

    private func collection(_ schema: CollectionSchema, files: CollectionFiles?) -> VectorCollections.Collection {
        VectorCollections.Collection(
            schema: schema, parameters: CollectionParameters(), workers: workers, builders: builders, files: files,
            memory: memory)
    }

    /// Deletes the files of a collection that is not held any more. What cannot be deleted is in nobody's way.
    func forget(_ name: CollectionName, modelID: Int) {
        guard let own = path(of: name, modelID), FileManager.default.fileExists(atPath: own.path) else { return }
        do {
            try FileManager.default.removeItem(at: own)
        } catch {
            logger.warning(
                "the snapshot of a model that is not kept up any more cannot be deleted",
                metadata: ["folder": "\(own.lastPathComponent)", "error": "\(error)"])
        }
    }

    private func path(of name: CollectionName, _ modelID: Int) -> URL? {
        folder?.appending(path: "\(name.rawValue)-\(modelID)")
    }

    /// Nil where another process has the folder, or it cannot be used: the service works without it.
    private func files(of name: CollectionName, _ modelID: Int) throws -> CollectionFiles? {
        guard let folder, let own = path(of: name, modelID) else { return nil }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try adopt(folder.appending(path: name.rawValue), as: own)
            return try CollectionFiles(folder: own.path, source: source)
        } catch {
            logger.warning(
                "snapshots are off for a collection",
                metadata: ["collection": "\(name.rawValue)", "error": "\(error)"])
            return nil
        }
    }

    /// Earlier versions knew one model and named the folder by the collection alone.
    private func adopt(_ former: URL, as own: URL) throws {
        let files = FileManager.default
        guard files.fileExists(atPath: former.path), !files.fileExists(atPath: own.path) else { return }
        try files.moveItem(at: former, to: own)
    }

    private func schema(_ name: CollectionName, _ model: EmbeddingModel) -> CollectionSchema {
        switch name {
        case .answers: .answers(dimension: model.dimension, model: "\(model)")
        case .jobDescriptions: .jobDescriptions(dimension: model.dimension, model: "\(model)")
        case .questions: .questions(dimension: model.dimension, model: "\(model)")
        case .userPatterns: .userPatterns(dimension: model.dimension, model: "\(model)")
        }
    }
}
