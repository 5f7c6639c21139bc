/// An immutable part of a collection: slots in the order of their ids, each with a vector and a value per field.
///
/// Which slots still count is not the segment's matter: see `Part`.
final class Segment: Sendable {
    let schema: CollectionSchema
    /// Ascending, each once.
    let keys: Slab<PointKey>
    let vectors: VectorRows
    let codes: VectorCodes
    /// In the order of the schema's fields.
    let columns: [Column]

    /// - Parameter codes: made from the vectors where nil.
    init(
        schema: CollectionSchema, keys: Slab<PointKey>, vectors: VectorRows, codes: VectorCodes? = nil,
        columns: [Column]
    ) {
        precondition(columns.count == schema.fields.count)
        self.schema = schema
        self.keys = keys
        self.vectors = vectors
        self.codes = codes ?? VectorCodes(vectors, count: keys.count)
        self.columns = columns
    }

    var slotCount: Int { keys.count }

    /// O(log slots)
    func slot(of key: PointKey) -> Int? {
        let slot = keys.lowerBound(key)
        return slot < keys.count && keys.base[slot] == key ? slot : nil
    }

    /// The segment of the live slots of some parts, and those slots. O(points × (dimension + fields + log points)).
    static func merging(_ parts: [Part], schema: CollectionSchema) -> Segment {
        struct Origin {
            let key: PointKey
            let part: Int
            let slot: Int
        }
        var origins: [Origin] = []
        origins.reserveCapacity(parts.reduce(0) { $0 + $1.liveCount })
        for (place, part) in parts.enumerated() {
            part.live.forEach { slot in origins.append(Origin(key: part.key(slot), part: place, slot: slot)) }
        }
        origins.sort { $0.key < $1.key }
        let vectors = VectorRows(dimension: schema.dimension, count: origins.count) { slot in
            parts[origins[slot].part].row(origins[slot].slot)
        }
        let columns = schema.fields.enumerated().map { index, field in
            Column.build(field.kind, count: origins.count) { slot in
                parts[origins[slot].part].value(field: index, origins[slot].slot)
            }
        }
        return Segment(schema: schema, keys: Slab(origins.map(\.key)), vectors: vectors, columns: columns)
    }
}
