import Catalog
import Foundation
import Metrics
import Storage
import VectorCollections

/// Compares a collection of this instance with PostgreSQL while both change, and mends what differs.
///
/// PostgreSQL is read in one snapshot, whose position the index must have applied. What differs is no divergence where
/// the item changed after that position: then the two were looked at in different states.
struct IndexVerification<Item: EngineItem>: Sendable {
    struct Report: Sendable, Encodable, Equatable {
        let collection: String
        /// The position of the snapshot.
        let position: Int64
        /// Rows that are to be found, with a vector.
        let rows: Int
        let points: Int
        /// Found in PostgreSQL and not in the index; at most 1000 of each are named.
        var missing: [UUID] = []
        /// Found in the index and not in PostgreSQL.
        var extra: [UUID] = []
        /// With another vector in the index than in PostgreSQL.
        var different: [UUID] = []
        /// Whether every instance was told to read them anew.
        var repaired = false

        var divergence: Int { missing.count + extra.count + different.count }
    }

    private static var pageMax: Int { 500 }
    private static var namedMax: Int { 1_000 }
    private static var waitSeconds: Double { 30 }
    /// Both are rounded to 24 bits once.
    private static var tolerance: Float { 1e-5 }

    let database: Database
    let modelID: Int
    let entry: VectorIndex.Entry

    /// - Parameter repairs: whether what differs is read anew by every instance.
    /// - Throws: `WaitError` where the index does not catch up; `PostgresError`, `SearchError`.
    func run(repairs: Bool) async throws -> Report {
        let log = ChangeLog(database: database)
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
        let feed = ItemFeed<Item>(database: database, modelID: modelID)
        return try await database.withTransaction(isolation: .repeatableRead, readOnly: true) { transaction in
            let position = try await log.head(of: Item.collection, in: transaction)
            if let follower = entry.follower, entry.collection.appliedPosition.rawValue < position {
                try await follower.waitUntilApplied(Position(position), timeoutSeconds: Self.waitSeconds)
            }
            var ids: Set<UUID> = []
            var missing: [UUID] = []
            var different: [UUID] = []
            var cursor: UUID?
            repeat {
                let page = try await feed.page(after: cursor, limit: Self.pageMax, in: transaction)
                let found = try entry.collection.retrieve(ids: page.map(\.item.id), payload: .none, withVector: true)
                let vectors = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0.vector ?? []) })
                for row in page {
                    ids.insert(row.item.id)
                    guard let vector = vectors[row.item.id] else {
                        if missing.count < Self.namedMax { missing.append(row.item.id) }
                        continue
                    }
                    if !Self.areEqual(vector, row.vector), different.count < Self.namedMax {
                        different.append(row.item.id)
                    }
                }
                cursor = page.count < Self.pageMax ? nil : page.last?.item.id
            } while cursor != nil
            let report = Report(
                collection: Item.collection.rawValue, position: position, rows: ids.count,
                points: entry.collection.info().pointsCount, missing: missing, different: different)
            return (report, ids)
        }
    }

    private func extras(beside ids: Set<UUID>) async throws -> [UUID] {
        var extras: [UUID] = []
        var cursor: UUID?
        repeat {
            let page = try await entry.collection.scroll(after: cursor, limit: 1_000, payload: .none)
            for point in page.points where !ids.contains(point.id) && extras.count < Self.namedMax {
                extras.append(point.id)
            }
            cursor = page.nextAfter
        } while cursor != nil
        return extras
    }

    /// Whether a unit vector has the direction of a stored one.
    private static func areEqual(_ unit: [Float], _ stored: [Float]) -> Bool {
        guard unit.count == stored.count else { return false }
        let length = stored.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return zip(unit, stored).allSatisfy { abs($0 - $1 / length) <= tolerance }
    }
}
