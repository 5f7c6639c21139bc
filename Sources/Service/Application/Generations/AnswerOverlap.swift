import Catalog
import Foundation
import Storage
import VectorCollections
import Workers

/// How much the answers of two models have in common: of the ten items nearest to an item in one, how many are among the
/// ten nearest in the other. Exact, over all items, for a sample that is always the same.
struct AnswerOverlap<Item: EngineItem>: Sendable {
    struct Figures: Sendable, Encodable, Equatable {
        /// 0..1, the mean over the sample.
        let overlapAt10: Double
        let sample: Int
    }

    private static var sampleMax: Int { 50 }
    private static var nearestMax: Int { 10 }
    private static var pageMax: Int { 1_000 }

    let database: Database

    /// Reads every vector of both models once, a page at a time.
    /// - Returns: nil where there are too few items to tell anything.
    func run(between first: RegisteredModel, and second: RegisteredModel) async throws -> Figures? {
        let sample = try await sample(first, second)
        let one = try await nearest(sample, first)
        let other = try await nearest(sample, second)
        let shares = sample.compactMap { id -> Double? in
            guard let left = one[id], let right = other[id], !left.isEmpty, !right.isEmpty else { return nil }
            let common = Set(left).intersection(right).count
            return Double(common) / Double(max(left.count, right.count))
        }
        guard !shares.isEmpty else { return nil }
        return Figures(overlapAt10: shares.reduce(0, +) / Double(shares.count), sample: shares.count)
    }

    /// Items that have a vector in both.
    private func sample(_ first: RegisteredModel, _ second: RegisteredModel) async throws -> [UUID] {
        let rows = try await database.query(
            """
            SELECT id FROM \(Item.table) WHERE \(Item.isIndexed)
                AND EXISTS (SELECT FROM vectors v WHERE v.collection = \(Item.collection.rawValue) AND v.item_id = id
                    AND v.model_id = \(Int32(first.id)))
                AND EXISTS (SELECT FROM vectors v WHERE v.collection = \(Item.collection.rawValue) AND v.item_id = id
                    AND v.model_id = \(Int32(second.id)))
            ORDER BY md5(id::text) LIMIT \(Int64(Self.sampleMax))
            """)
        return try rows.map { try $0.decode("id", as: UUID.self) }
    }

    private func nearest(_ sample: [UUID], _ model: RegisteredModel) async throws -> [UUID: [UUID]] {
        let feed = ItemFeed<Item>(database: database, modelID: model.id)
        let queries = try await feed.present(sample)
        let workers = WorkerPool(name: "overlap", threadCount: 1, queueDepthMax: 4)
        defer { workers.shutdown() }
        let schema = try CollectionSchema(
            name: "overlap", model: "\(model)", dimension: model.dimension, fields: [])
        var found: [UUID: [(id: UUID, score: Float)]] = [:]
        var cursor: UUID?
        repeat {
            let page = try await feed.page(after: cursor, limit: Self.pageMax)
            let collection = VectorCollections.Collection(
                schema: schema, parameters: CollectionParameters(), workers: workers)
            try collection.load(page.map { Point(id: $0.item.id, vector: $0.vector, payload: [:]) })
            collection.completeLoad(at: .start)
            let requests = queries.map {
                SearchRequest(vector: $0.vector, limit: Self.nearestMax + 1, payload: .none, exact: true)
            }
            for (query, result) in zip(queries, try await collection.searchBatch(requests)) {
                let own = query.item.id
                let merged = (found[own] ?? []) + result.hits.filter { $0.id != own }.map { ($0.id, $0.score) }
                found[own] = Array(merged.sorted { $0.score > $1.score }.prefix(Self.nearestMax))
            }
            cursor = page.count < Self.pageMax ? nil : page.last?.item.id
        } while cursor != nil
        return found.mapValues { $0.map(\.id) }
    }
}
