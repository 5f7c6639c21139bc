import Catalog
import Foundation
import Metrics
import Storage
import VectorCollections

/// Compares a collection of this instance with PostgreSQL while both change, and mends what differs.
///
/// The generation that is current when it begins is looked at. PostgreSQL is read in one snapshot, whose position the index must have applied. What differs is no divergence where
/// the item changed after that position: then the two were looked at in different states.
struct IndexVerification<Item: EngineItem>: Sendable {
    struct Report: Sendable, Equatable {
        let collection: String
        /// The position of the snapshot.
        let position: Int64
        /// Rows that are to be found, with a vector.
        let rows: Int
        let points: Int
        /// Found in PostgreSQL and not in the index.
        var missing: [UUID] = []
        /// Found in the index and not in PostgreSQL.
        var extra: [UUID] = []
        /// With another vector in the index than in PostgreSQL.
        var different: [UUID] = []
        /// The share of the ten best by full comparison that searches for some of the rows found; nil without rows.
        var sampledRecall: Double?
        /// Whether every instance was told to read them anew.
        var repaired = false

        var divergence: Int { missing.count + extra.count + different.count }
    }

    private static var pageMax: Int { 500 }
    private static var waitSeconds: Double { 30 }
    /// For what is written between the wait and the snapshot, which is held meanwhile.
    private static var snapshotWaitSeconds: Double { 5 }
    private static var sampledMax: Int { 16 }
    private static var sampledHits: Int { 10 }
    /// Both are rounded to 24 bits once.
    private static var tolerance: Float { 1e-5 }

    let database: Database
    let entry: Generation

    /// - Parameter repairs: whether what differs is read anew by every instance.
    /// - Throws: `WaitError` where the index does not catch up; `PostgresError`, `SearchError`.
    func run(repairs: Bool) async throws -> Report {
        let log = ChangeLog(database: database)
        if let follower = entry.follower {
            let head = Position(try await log.head(of: Item.collection))
            try await follower.waitUntilApplied(head, timeoutSeconds: Self.waitSeconds)
        }
        var (report, ids) = try await compareRows(log)
        report.extra = try await extras(beside: ids)
        let suspects = report.missing + report.extra + report.different
        let changed = try await log.changed(suspects, in: Item.collection, after: report.position)
        report.missing.removeAll(where: changed.contains)
        report.extra.removeAll(where: changed.contains)
        report.different.removeAll(where: changed.contains)
        if repairs, report.divergence > 0 {
            try await log.announce(report.missing + report.extra + report.different, in: Item.collection)
            report.repaired = true
        }
        Gauge(label: "vector_index_divergence", dimensions: [("collection", report.collection)])
            .record(report.divergence)
        return report
    }

    private func compareRows(_ log: ChangeLog) async throws -> (Report, ids: Set<UUID>) {
        let feed = ItemFeed<Item>(database: database, modelID: entry.modelID)
        return try await database.withTransaction(isolation: .repeatableRead, readOnly: true) { transaction in
            let position = try await log.head(of: Item.collection, in: transaction)
            if let follower = entry.follower, entry.collection.appliedPosition.rawValue < position {
                try await follower.waitUntilApplied(Position(position), timeoutSeconds: Self.snapshotWaitSeconds)
            }
            var ids: Set<UUID> = []
            var missing: [UUID] = []
            var different: [UUID] = []
            var sample = Sample(limit: Self.sampledMax)
            var cursor: UUID?
            repeat {
                let page = try await feed.page(after: cursor, limit: Self.pageMax, in: transaction)
                let found = try entry.collection.retrieve(ids: page.map(\.item.id), payload: .none, withVector: true)
                let vectors = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0.vector ?? []) })
                for row in page {
                    ids.insert(row.item.id)
                    guard let vector = vectors[row.item.id] else {
                        missing.append(row.item.id)
                        continue
                    }
                    if !Self.areEqual(vector, row.vector) { different.append(row.item.id) }
                    sample.offer(row.vector)
                }
                cursor = page.count < Self.pageMax ? nil : page.last?.item.id
            } while cursor != nil
            let report = Report(
                collection: Item.collection.rawValue, position: position, rows: ids.count,
                points: entry.collection.info().pointsCount, missing: missing, different: different,
                sampledRecall: try await recall(of: sample.vectors))
            return (report, ids)
        }
    }

    private func extras(beside ids: Set<UUID>) async throws -> [UUID] {
        var extras: [UUID] = []
        var cursor: UUID?
        repeat {
            let page = try await entry.collection.scroll(after: cursor, limit: 1_000, payload: .none)
            for point in page.points where !ids.contains(point.id) { extras.append(point.id) }
            cursor = page.nextAfter
        } while cursor != nil
        return extras
    }

    /// Vectors spread over all that were offered: every second is given up whenever there are too many.
    private struct Sample {
        let limit: Int
        private(set) var vectors: [[Float]] = []
        private var stride = 1
        private var offered = 0

        init(limit: Int) { self.limit = limit }

        mutating func offer(_ vector: [Float]) {
            defer { offered += 1 }
            guard offered % stride == 0 else { return }
            if vectors.count == limit {
                vectors = vectors.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
                stride *= 2
                guard offered % stride == 0 else { return }
            }
            vectors.append(vector)
        }
    }

    private func recall(of vectors: [[Float]]) async throws -> Double? {
        if vectors.isEmpty { return nil }
        var (found, wanted) = (0, 0)
        for vector in vectors {
            var request = SearchRequest(vector: vector, limit: Self.sampledHits)
            let hits = try await entry.collection.search(request).hits
            request.exact = true
            let best = try await entry.collection.search(request).hits
            found += Set(best.map(\.id)).intersection(hits.map(\.id)).count
            wanted += best.count
        }
        return wanted == 0 ? nil : Double(found) / Double(wanted)
    }

    /// Whether a unit vector has the direction of a stored one.
    private static func areEqual(_ unit: [Float], _ stored: [Float]) -> Bool {
        guard unit.count == stored.count else { return false }
        let length = stored.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return zip(unit, stored).allSatisfy { abs($0 - $1 / length) <= tolerance }
    }
}
