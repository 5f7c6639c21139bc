import Foundation
import Workers

/// The rows of a file as points, whose ids are their numbers.
struct BenchmarkPoints: Sendable {
    /// What collections of benchmarks are called, and their model.
    static let collectionName = "bench"
    private static let loadPointsMax = 1_024

    let base: VectorFile.Rows
    var payloads: PayloadFile.Rows?

    /// The numbers of all rows.
    var rows: [Int32] { (0..<base.count).map { Int32($0) } }

    func schema() throws(SchemaError) -> CollectionSchema {
        try Self.schema(dimension: base.dimension, fields: payloads?.fields ?? [])
    }

    static func schema(
        dimension: Int, fields: [CollectionSchema.Field] = []
    ) throws(SchemaError) -> CollectionSchema {
        try CollectionSchema(name: collectionName, model: collectionName, dimension: dimension, fields: fields)
    }

    static func files(in folder: URL?) throws(SnapshotError) -> CollectionFiles? {
        guard let folder else { return nil }
        return try CollectionFiles(folder: folder.path, source: collectionName)
    }

    /// - Parameter id: the point's number where it is not the row's.
    func point(_ row: Int32, id: Int? = nil) -> Point {
        Point(
            id: AnnBenchmark.id(id ?? Int(row)), vector: base.row(Int(row)),
            payload: payloads?.payloads[Int(row)] ?? [:])
    }

    /// A collection of some rows, loaded and merged into as few segments as may be.
    /// - Throws: `SchemaError`, `PointError`; as `Collection.optimise`.
    func collection(
        of rows: [Int32], parameters: CollectionParameters, workers: WorkerPool, builders: WorkerPool? = nil,
        files: CollectionFiles? = nil
    ) async throws -> Collection {
        let collection = Collection(
            schema: try schema(), parameters: parameters, workers: workers, builders: builders, files: files)
        for start in stride(from: 0, to: rows.count, by: Self.loadPointsMax) {
            try collection.load(rows[start..<min(start + Self.loadPointsMax, rows.count)].map { point($0) })
            try await collection.maintain()
        }
        collection.completeLoad(at: Position.start)
        try await collection.optimise()
        return collection
    }
}
