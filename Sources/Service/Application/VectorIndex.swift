import Catalog
import Metrics
import VectorCollections

/// The collections of this instance and the tasks that keep them up to date.
struct VectorIndex: Sendable {
    struct Entry: Sendable {
        let collection: VectorCollections.Collection
        /// nil for a collection that nothing is stored in yet.
        let follower: Follower?

        var isReady: Bool { follower?.isReady ?? true }
    }

    /// In alphabetical order.
    let entries: [Entry]

    func entry(of name: CollectionName) -> Entry? { entries.first { $0.collection.schema.name == name.rawValue } }

    /// The task that keeps a collection up to date; nil where nothing is stored in it yet.
    func follower(of name: CollectionName) -> Follower? { entry(of: name)?.follower }

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
    }
}
