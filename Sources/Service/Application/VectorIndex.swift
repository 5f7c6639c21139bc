import Catalog
import Metrics
import VectorCollections

/// The collections of this instance, each by the generation that it answers with.
struct VectorIndex: Sendable {
    private let byName: [CollectionName: ServedCollection]

    init(_ collections: [ServedCollection]) {
        byName = Dictionary(uniqueKeysWithValues: collections.map { ($0.name, $0) })
        precondition(byName.count == CollectionName.allCases.count, "every collection is served")
    }

    /// In alphabetical order.
    var collections: [ServedCollection] { CollectionName.allCases.sorted().map(served) }

    func served(_ name: CollectionName) -> ServedCollection {
        guard let collection = byName[name] else { preconditionFailure("the collection \(name) was not made") }
        return collection
    }

    /// The current generations, in alphabetical order of their collections.
    var entries: [Generation] { collections.map(\.current) }

    /// Every generation that this instance holds.
    var generations: [Generation] { collections.flatMap(\.all) }

    /// The generation of a collection to answer with. A request asks once.
    func entry(of name: CollectionName) -> Generation { served(name).current }

    /// The task that keeps a collection up to date; nil where nothing is stored in it yet.
    func follower(of name: CollectionName) -> Follower? { entry(of: name).follower }

    /// Whether every collection has caught up with the log as it was at the start.
    var isReady: Bool { entries.allSatisfy(\.isReady) }

    /// Sets the gauges of the engine, for a scrape.
    func recordMetrics() {
        Gauge(label: "vector_db_ready").record(isReady ? 1 : 0)
        for entry in entries {
            let info = entry.collection.info()
            let dimensions = [("collection", info.name)]
            Gauge(label: "vector_db_total_vectors", dimensions: dimensions).record(info.pointsCount)
            let slots = info.pointsCount + info.deletedCount
            Gauge(label: "vector_tombstone_ratio", dimensions: dimensions)
                .record(slots > 0 ? Double(info.deletedCount) / Double(slots) : 0)
            if let lag = entry.follower?.lagChanges {
                Gauge(label: "vector_index_lag_changes", dimensions: dimensions).record(lag)
            }
        }
        for collection in collections {
            let current = collection.current
            for generation in collection.all {
                let dimensions = [("collection", collection.name.rawValue), ("model", "\(generation.model)")]
                Gauge(label: "vector_generation_served", dimensions: dimensions).record(generation === current ? 1 : 0)
                Gauge(label: "vector_generation_ready", dimensions: dimensions).record(generation.isReady ? 1 : 0)
            }
        }
    }
}
