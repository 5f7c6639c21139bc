import Catalog
import VectorCollections

/// The engine's collections, one for each name.
struct EngineCollections: Sendable {
    private let byName: [CollectionName: VectorCollections.Collection]

    init(_ byName: [CollectionName: VectorCollections.Collection]) {
        precondition(byName.count == CollectionName.allCases.count)
        self.byName = byName
    }

    /// In alphabetical order of their names.
    var all: [VectorCollections.Collection] { CollectionName.allCases.sorted().map(collection) }

    func collection(_ name: CollectionName) -> VectorCollections.Collection {
        guard let collection = byName[name] else { preconditionFailure("the collection \(name) was not made") }
        return collection
    }
}
