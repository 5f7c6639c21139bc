import Catalog
import Foundation
import Storage

/// Compares all collections of this instance with PostgreSQL.
struct IndexVerifier: Sendable {
    /// What was found, as the API and the command tell it.
    struct Report: Codable, Sendable, Equatable {
        let collections: [Collection]
        /// Of all collections; 0 where the index is the database's.
        let divergence: Int
    }

    struct Collection: Codable, Sendable, Equatable {
        static let namedMax = 1_000

        let collection: String
        /// The position in the change log at which the two were compared.
        let position: Int64
        let rows: Int
        let points: Int
        /// Ids; at most a thousand of each kind are named, all are counted.
        let missing: [String]
        let missingCount: Int
        let extra: [String]
        let extraCount: Int
        let different: [String]
        let differentCount: Int
        let divergence: Int
        /// The share of the ten best, by full comparison, that searches for some of the rows found; nil without rows.
        let sampledRecall: Double?
        let repaired: Bool

        init<Item: EngineItem>(_ report: IndexVerification<Item>.Report) {
            func named(_ ids: [UUID]) -> [String] { ids.prefix(Self.namedMax).map { $0.uuidString.lowercased() } }
            collection = report.collection
            position = report.position
            rows = report.rows
            points = report.points
            missing = named(report.missing)
            missingCount = report.missing.count
            extra = named(report.extra)
            extraCount = report.extra.count
            different = named(report.different)
            differentCount = report.different.count
            divergence = report.divergence
            sampledRecall = report.sampledRecall
            repaired = report.repaired
        }
    }

    let database: Database
    let index: VectorIndex

    /// - Parameter repairs: whether what differs is read anew by every instance.
    /// - Throws: as `IndexVerification.run`.
    func run(repairs: Bool) async throws -> Report {
        var collections: [Collection] = []
        for type in EngineItems.all { collections.append(try await verify(type, repairs)) }
        return Report(collections: collections, divergence: collections.reduce(0) { $0 + $1.divergence })
    }

    private func verify<Item: EngineItem>(_: Item.Type, _ repairs: Bool) async throws -> Collection {
        let verification = IndexVerification<Item>(database: database, entry: index.entry(of: Item.collection))
        return Collection(try await verification.run(repairs: repairs))
    }
}
