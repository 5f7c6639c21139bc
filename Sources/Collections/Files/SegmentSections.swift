/// How a segment stands in a file: `add` and `read` name the same sections in the same order.
extension Segment {
    func add(to list: inout SectionList) {
        list.add(keys, .keys)
        list.add(order, .order)
        list.add(vectors.rows, .rows)
        list.add(Slab([codes.scale]), .scale)
        list.add(codes.errors, .errors)
        list.add(GraphShape(of: self).numbers, .graphShape)
        list.add(codes.nodes, .nodes)
        list.add(codes.upper ?? Slab([]), .upperHalves)
        list.add(codes.lower, .lowerHalves)
        list.add(Slab([graph?.intrinsicDimension ?? IntrinsicDimension.limits.upperBound]), .intrinsicDimension)
        for (index, links) in (graph?.upperLinks ?? []).enumerated() { list.add(links, .upperLinks, field: index + 1) }
        for (field, column) in columns.enumerated() { column.add(to: &list, field: field) }
    }

    /// The segment in a mapped file, of which no value is copied but presence bits.
    /// - Throws: `SectionFileError`
    static func read(from reader: inout SectionReader, schema: CollectionSchema) throws(SectionFileError) -> Segment {
        let slotCount = reader.header.slotCount
        let keys = try reader.slab(.keys, of: PointKey.self, count: slotCount)
        let order = try reader.slab(.order, of: UInt32.self, count: slotCount)
        try reader.checkOrder(order, of: keys)
        let rowStride = VectorRows.stride(dimension: schema.dimension)
        let vectors = VectorRows(
            dimension: schema.dimension, rows: try reader.slab(.rows, of: Float.self, count: slotCount * rowStride))
        let (codes, graph) = try readNodes(from: &reader, dimension: schema.dimension, slotCount)
        var columns: [Column] = []
        for (index, field) in schema.fields.enumerated() {
            columns.append(try Column(from: &reader, field.kind, field: index, slotCount: slotCount))
        }
        try reader.finish()
        return Segment(
            schema: schema, keys: keys, order: order, vectors: vectors, codes: codes, graph: graph, columns: columns)
    }

    private static func readNodes(
        from reader: inout SectionReader, dimension: Int, _ slotCount: Int
    ) throws(SectionFileError) -> (VectorCodes, Graph?) {
        let scale = try reader.slab(.scale, of: Float.self, count: 1)[0]
        guard scale.isFinite, scale > 0 else {
            throw .contents(section: "\(SectionKind.scale)", problem: "it is \(scale), allowed is a number above 0")
        }
        let errors = try reader.slab(.errors, of: Float.self, count: slotCount)
        let shape = try GraphShape(reader.slab(.graphShape, of: UInt32.self), slotCount: slotCount)
        let layout = shape.layout(dimension: dimension)
        let nodes = try reader.slab(.nodes, of: UInt8.self, count: slotCount * layout.nodeBytes)
        try reader.checkNodes(
            nodes, nodeBytes: layout.nodeBytes, linksAt: layout.codeBytes, degreeMax: layout.degreeMax)
        let halfBytes = NodeLayout.padded(dimension) / 2
        let upper = try reader.slab(
            .upperHalves, of: UInt8.self, count: shape.isBinary ? slotCount * halfBytes : 0)
        let lower = try reader.slab(.lowerHalves, of: UInt8.self, count: slotCount * halfBytes)
        let codes = VectorCodes(
            layout: layout, count: slotCount, nodes: nodes, halfBytes: halfBytes, upper: shape.isBinary ? upper : nil,
            lower: lower, scale: scale, errors: errors)
        let intrinsicDimension = try reader.slab(.intrinsicDimension, of: Float.self, count: 1)[0]
        let limits = IntrinsicDimension.limits
        guard limits.contains(intrinsicDimension) else {
            throw .contents(
                section: "\(SectionKind.intrinsicDimension)",
                problem: "it is \(intrinsicDimension), allowed is \(limits.lowerBound) to \(limits.upperBound)")
        }
        guard shape.degreeMax > 0 else { return (codes, nil) }
        var upperLinks: [Slab<UInt32>] = []
        for (index, count) in shape.levelCounts.enumerated() {
            let links = try reader.slab(.upperLinks, field: index + 1, of: UInt32.self, count: count * shape.m)
            try reader.checkLinks(links, below: count, level: index + 1)
            upperLinks.append(links)
        }
        return (codes, Graph(m: shape.m, upperLinks: upperLinks, intrinsicDimension: intrinsicDimension))
    }
}

/// The numbers by which a graph lies in a file: places for links in each node, whether nodes have signs, then the nodes of
/// each level above the lowest.
struct GraphShape {
    private static let degreeLimit = 1_024

    /// 0 where there is no graph.
    let degreeMax: Int
    let isBinary: Bool
    /// Falling, each above 0.
    let levelCounts: [Int]

    var m: Int { degreeMax / 2 }

    func layout(dimension: Int) -> NodeLayout {
        isBinary
            ? .signs(dimension: dimension, degreeMax: degreeMax) : .halves(dimension: dimension, degreeMax: degreeMax)
    }

    init(of segment: Segment) {
        degreeMax = segment.codes.layout.degreeMax
        isBinary = segment.codes.isBinary
        levelCounts = segment.graph.map { graph in graph.upperLinks.map { $0.count / graph.m } } ?? []
    }

    /// - Throws: `SectionFileError`
    init(_ numbers: Slab<UInt32>, slotCount: Int) throws(SectionFileError) {
        func wrong(_ problem: String) -> SectionFileError {
            .contents(section: "\(SectionKind.graphShape)", problem: problem)
        }
        guard numbers.count > 1, numbers.count <= NodeLevel.max + 2 else {
            throw wrong("it has \(numbers.count) numbers, allowed are 2 to \(NodeLevel.max + 2)")
        }
        degreeMax = Int(numbers[0])
        guard numbers[1] <= 1 else { throw wrong("the kind of codes is \(numbers[1]), allowed is 0 or 1") }
        isBinary = numbers[1] == 1
        guard degreeMax <= Self.degreeLimit, degreeMax % 2 == 0 else {
            throw wrong("nodes have \(degreeMax) places for links, allowed are even numbers up to \(Self.degreeLimit)")
        }
        levelCounts = numbers.elements.dropFirst(2).map { Int($0) }
        guard degreeMax > 0 || levelCounts.isEmpty && !isBinary, degreeMax == 0 || slotCount > 0 else {
            throw wrong("levels or signs without links, or links without nodes")
        }
        var most = slotCount
        for count in levelCounts {
            guard (1...max(1, most)).contains(count) else {
                throw wrong("a level has \(count) nodes, below it \(most)")
            }
            most = count
        }
    }

    var numbers: Slab<UInt32> { Slab([UInt32(degreeMax), isBinary ? 1 : 0] + levelCounts.map { UInt32($0) }) }
}

extension VectorRows {
    /// - Parameter rows: a padded row per slot.
    init(dimension: Int, rows: Slab<Float>) {
        self.dimension = dimension
        stride = Self.stride(dimension: dimension)
        self.rows = rows
    }
}
