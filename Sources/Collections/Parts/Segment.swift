/// An immutable part of a collection: a slot per point, each with a vector and a value per field.
///
/// Slots stand in the order of their ids, or, where the segment has a graph, in the order of its nodes. Which slots
/// still count is not the segment's matter: see `Part`.
final class Segment: Sendable {
    let schema: CollectionSchema
    /// That of each slot.
    let keys: Slab<PointKey>
    /// The slots by ascending id.
    let order: Slab<UInt32>
    let vectors: VectorRows
    let codes: VectorCodes
    /// None where there are too few slots for one.
    let graph: Graph?
    /// In the order of the schema's fields.
    let columns: [Column]
    /// Its ids lie in this range; nil where it has none.
    private let keyRange: ClosedRange<PointKey>?
    /// How far off a score may be that the upper halves of codes estimate; nil where there is a graph.
    private let halvesWidth: Float?
    /// What all of it takes.
    let memory: MemoryUse

    /// - Parameter halvesWidth: as `UpperHalves.width` finds it, where that is known.
    init(
        schema: CollectionSchema, keys: Slab<PointKey>, order: Slab<UInt32>, vectors: VectorRows, codes: VectorCodes,
        graph: Graph?, columns: [Column], halvesWidth: Float? = nil
    ) {
        precondition(columns.count == schema.fields.count && order.count == keys.count && codes.count == keys.count)
        self.schema = schema
        self.keys = keys
        self.order = order
        self.vectors = vectors
        self.codes = codes
        self.graph = graph
        self.columns = columns
        if let first = order.elements.first, let last = order.elements.last {
            keyRange = keys[Int(first)]...keys[Int(last)]
        } else {
            keyRange = nil
        }
        self.halvesWidth = graph == nil ? halvesWidth ?? UpperHalves.width(vectors, codes) : nil
        var memory = MemoryUse()
        memory.add(keys)
        memory.add(order)
        memory.add(vectors.rows)
        memory.add(codes)
        if let graph { memory.add(graph) }
        for column in columns { memory.add(column) }
        self.memory = memory
    }

    var slotCount: Int { keys.count }

    /// The same with the nodes of another segment of the same points.
    func keepingNodes(of other: Segment) -> Segment {
        let codes = VectorCodes(
            layout: codes.layout, count: codes.count, nodes: other.codes.nodes, halfBytes: codes.halfBytes,
            upper: codes.upper, lower: codes.lower, scale: codes.scale, errors: codes.errors)
        return Segment(
            schema: schema, keys: keys, order: order, vectors: vectors, codes: codes, graph: graph, columns: columns,
            halvesWidth: other.halvesWidth)
    }

    /// The upper halves of its codes, for scans; nil where there is a graph.
    var halves: UpperHalves? { halvesWidth.map { UpperHalves(codes, width: $0) } }

    /// O(log slots); O(1) for ids before the first and behind the last, as all are that a load in their order brings.
    func slot(of key: PointKey) -> Int? {
        guard let keyRange, keyRange.contains(key) else { return nil }
        let place = place(of: key)
        guard place < order.count else { return nil }
        let slot = Int(order.base[place])
        return keys.base[slot] == key ? slot : nil
    }

    /// The place in `order` of the first id that is not below `key`. O(log slots)
    func place(of key: PointKey) -> Int {
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            if keys.base[Int(order.base[middle])] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
