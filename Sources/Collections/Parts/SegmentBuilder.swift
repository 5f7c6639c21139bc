/// Makes one segment of the live points of some parts.
struct SegmentBuilder {
    /// What a graph is built with; none is built for fewer points.
    struct GraphOptions: Sendable {
        let m: Int
        let efConstruct: Int
        let pointsMin: Int
        let threads: Int
        var quantization = Quantization.int8
    }

    private struct Origin {
        let key: PointKey
        let part: Int
        let slot: Int
        var level: UInt8 = 0
    }

    let parts: [Part]
    let schema: CollectionSchema
    /// No graph is built without.
    var graph: GraphOptions?
    var progress = RewriteProgress()

    /// O(points × (dimension + fields + log points)), and the build of the graph.
    /// - Throws: `CancellationError` when the progress was cancelled.
    func build() throws -> Segment {
        var origins = liveOrigins()
        guard let graph, origins.count >= graph.pointsMin, origins.count > 1 else { return plain(origins) }
        for index in origins.indices {
            origins[index].level = UInt8(NodeLevel.level(of: origins[index].key, m: graph.m))
        }
        // Falling levels, and no order within them: what arrives in order must not be linked in order.
        origins.sort { left, right in
            if left.level != right.level { return left.level > right.level }
            let (first, second) = (NodeLevel.mix(of: left.key), NodeLevel.mix(of: right.key))
            return first != second ? first < second : left.key < right.key
        }
        return try linked(origins, graph, base: base(origins.count, graph))
    }

    /// A segment without a graph, slots in the order of their ids.
    func plain() -> Segment { plain(liveOrigins()) }

    private func plain(_ origins: [Origin]) -> Segment {
        segment(origins, .halves(dimension: schema.dimension, degreeMax: 0)) { _ in nil }
    }

    private func liveOrigins() -> [Origin] {
        var origins: [Origin] = []
        origins.reserveCapacity(parts.reduce(0) { $0 + $1.liveCount })
        for (place, part) in parts.enumerated() {
            part.live.forEach { slot in origins.append(Origin(key: part.key(slot), part: place, slot: slot)) }
        }
        origins.sort { $0.key < $1.key }
        return origins
    }

    // MARK: Linking

    /// The part whose graph is worth keeping: it has most of the points, and not much of it is gone.
    private func base(_ count: Int, _ options: GraphOptions) -> Int? {
        parts.indices.first { index in
            let part = parts[index]
            guard let graph = part.segment?.graph, graph.m == options.m else { return false }
            return part.liveCount * 2 >= count && part.liveCount * 2 >= part.slotCount
        }
    }

    private func linked(_ origins: [Origin], _ options: GraphOptions, base: Int?) throws -> Segment {
        let levels = origins.map(\.level)
        let layout = NodeLayout.whole(dimension: schema.dimension, degreeMax: 2 * options.m)
        let rows = vectors(origins)
        let buffer = NodeBuffer(layout: layout, count: origins.count)
        let scale = CodeScale.choose(rows, count: origins.count)
        for slot in origins.indices {
            _ = Kernels.best.quantise(rows.row(slot), rows.dimension, scale: scale, codes: buffer.codes(slot))
        }
        let builder = GraphBuilder(
            buffer, levels: levels, m: options.m, efConstruct: options.efConstruct, threads: options.threads)
        if let base, let segment = parts[base].segment, let graph = segment.graph {
            var numbers = [UInt32](repeating: NodeLayout.none, count: segment.slotCount)
            for (number, origin) in origins.enumerated() where origin.part == base {
                numbers[origin.slot] = UInt32(number)
            }
            withExtendedLifetime(segment) { builder.adopt(graph.view(segment.codes), numbers: numbers) }
        }
        try builder.build(progress)
        let old = NodeOrder.breadthFirst(builder.view, levels: levels)
        var numbers = [UInt32](repeating: 0, count: old.count)
        for (new, node) in old.enumerated() { numbers[Int(node)] = UInt32(new) }
        let graph = Graph(
            m: options.m, upperLinks: builder.upperLinks(renumbered: numbers, old),
            intrinsicDimension: builder.intrinsicDimension())
        let nodes: NodeLayout =
            options.quantization == .binary
            ? .signs(dimension: schema.dimension, degreeMax: 2 * options.m)
            : .halves(dimension: schema.dimension, degreeMax: 2 * options.m)
        return segment(old.map { origins[Int($0)] }, nodes, scale: scale) { buffer in
            renumber(builder.view, old, numbers, into: buffer)
            return graph
        }
    }

    /// The links of the lowest level, in the new numbers.
    private func renumber(_ view: GraphView, _ old: [UInt32], _ numbers: [UInt32], into buffer: NodeBuffer) {
        for (new, node) in old.enumerated() {
            let from = view.links(Int(node))
            let to = buffer.links(new)
            for place in 0..<view.degreeMax {
                let link = from[place]
                to[place] = link == NodeLayout.none ? link : numbers[Int(link)]
            }
        }
    }

    // MARK: Laying out

    private func segment(
        _ origins: [Origin], _ layout: NodeLayout, scale: Float? = nil,
        _ link: (NodeBuffer) -> Graph?
    ) -> Segment {
        let rows = vectors(origins)
        let buffer = NodeBuffer(layout: layout, count: origins.count)
        let graph = link(buffer)
        let codes = quantise(rows, into: buffer, scale: scale ?? CodeScale.choose(rows, count: origins.count))
        let columns = schema.fields.enumerated().map { index, field in
            Column.build(field.kind, count: origins.count) { slot in
                parts[origins[slot].part].value(field: index, origins[slot].slot)
            }
        }
        var order = origins.indices.map(UInt32.init)
        order.sort { origins[Int($0)].key < origins[Int($1)].key }
        return Segment(
            schema: schema, keys: Slab(origins.map(\.key)), order: Slab(order), vectors: rows, codes: codes,
            graph: graph, columns: columns)
    }

    private func vectors(_ origins: [Origin]) -> VectorRows {
        VectorRows(dimension: schema.dimension, count: origins.count) { slot in
            parts[origins[slot].part].row(origins[slot].slot)
        }
    }

    /// Writes the codes of all rows; the nodes are written no more after it.
    private func quantise(_ rows: VectorRows, into buffer: NodeBuffer, scale: Float) -> VectorCodes {
        let halfBytes = NodeLayout.padded(rows.dimension) / 2
        let isBinary = buffer.layout.codes == .signs
        var errors = [Float](repeating: 0, count: buffer.count)
        var upper: Slab<UInt8>?
        let lower = Slab<UInt8>(count: buffer.count * halfBytes) { lower in
            let separate = Slab<UInt8>(count: isBinary ? buffer.count * halfBytes : 0) { upper in
                var codes = [Int8](repeating: 0, count: 2 * halfBytes)
                for slot in 0..<buffer.count {
                    errors[slot] = Kernels.best.quantise(rows.row(slot), rows.dimension, scale: scale, codes: &codes)
                    guard let lower = lower.baseAddress, let upper = upper.baseAddress else { return }
                    let node = buffer.bytes(slot)
                    Kernels.part(
                        codes, codes.count, upper: isBinary ? upper + slot * halfBytes : node,
                        lower: lower + slot * halfBytes)
                    if isBinary {
                        Kernels.signBits(codes, codes.count, bits: node, bytes: buffer.layout.codeBytes)
                    }
                }
            }
            if isBinary { upper = separate }
        }
        return VectorCodes(
            layout: buffer.layout, count: buffer.count, nodes: Slab(buffer), halfBytes: halfBytes, upper: upper,
            lower: lower, scale: scale, errors: Slab(errors))
    }
}
