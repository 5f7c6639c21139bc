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
        let part: UInt32
        let slot: UInt32
        var level: UInt8 = 0
    }

    /// Of memory that a file keeps, so much is read or written before it is let go.
    private static let stepBytes = 8 << 20
    /// The system brings in so much around each place that is read out of order.
    private static let faultBytes = 64 << 10

    let parts: [Part]
    let schema: CollectionSchema
    /// No graph is built without.
    var graph: GraphOptions?
    /// Where rows and codes lie that walks do not read, as far as it has room; memory where nil.
    var scratch: ScratchFile?
    var progress = RewriteProgress()

    /// O(points × (dimension + fields + log points)), and the build of the graph.
    /// - Throws: `CancellationError` when the progress was cancelled.
    func build() throws -> Segment {
        let origins = liveOrigins()
        guard let graph, graph.links(origins.count) else { return plain(origins) }
        return try linked(origins, graph)
    }

    /// A segment without a graph, slots in the order of their ids.
    func plain() -> Segment { plain(liveOrigins()) }

    private func plain(_ origins: [Origin]) -> Segment {
        let scale = scale(origins)
        let rows = rows(origins, areInOrder: true)
        let writer = CodeWriter(
            .halves(dimension: schema.dimension, degreeMax: 0), dimension: schema.dimension, count: origins.count,
            in: scratch)
        var errors = [Float](repeating: 0, count: origins.count)
        var codes = [Int8](repeating: 0, count: NodeLayout.padded(schema.dimension))
        for slots in steps(origins.count) {
            for slot in slots {
                errors[slot] = Kernels.best.quantise(rows.row(slot), rows.dimension, scale: scale, codes: &codes)
                writer.write(&codes, slot)
            }
            rows.letGo(slots)
            writer.letGo(slots)
        }
        return segment(origins, rows, writer.finish(scale: scale, errors: errors), nil)
    }

    private func liveOrigins() -> [Origin] {
        var origins: [Origin] = []
        origins.reserveCapacity(parts.reduce(0) { $0 + $1.liveCount })
        for (place, part) in parts.enumerated() {
            part.live.forEach { slot in
                origins.append(Origin(key: part.key(slot), part: UInt32(place), slot: UInt32(slot)))
            }
        }
        origins.sort { $0.key < $1.key }
        return origins
    }

    // MARK: Linking

    private func linked(_ origins: [Origin], _ options: GraphOptions) throws -> Segment {
        var origins = origins
        for index in origins.indices {
            origins[index].level = UInt8(NodeLevel.level(of: origins[index].key, m: options.m))
        }
        // Falling levels, and no order within them: what arrives in order must not be linked in order.
        origins.sort { left, right in
            if left.level != right.level { return left.level > right.level }
            let (first, second) = (NodeLevel.mix(of: left.key), NodeLevel.mix(of: right.key))
            return first != second ? first < second : left.key < right.key
        }
        let linked = try link(origins, options)
        origins = linked.order.map { origins[Int($0)] }
        let codes = linked.writer.finish(scale: linked.scale, errors: linked.errors)
        return segment(origins, rows(origins, areInOrder: false), codes, linked.graph)
    }

    private struct Linked {
        /// The number of each slot's point among those that were to be linked.
        let order: [UInt32]
        let writer: CodeWriter
        let scale: Float
        let errors: [Float]
        let graph: Graph
    }

    /// When it returns, what the graph was built with is gone.
    private func link(_ origins: [Origin], _ options: GraphOptions) throws -> Linked {
        let levels = origins.map(\.level)
        let scale = scale(origins)
        let buffer = NodeBuffer(
            layout: .whole(dimension: schema.dimension, degreeMax: 2 * options.m), count: origins.count)
        buffer.removeLinks()
        let numbers = numbers(of: origins)
        let errors = quantise(into: buffer, numbers, scale: scale)
        let builder = GraphBuilder(
            buffer, levels: levels, m: options.m, efConstruct: options.efConstruct, threads: options.threads)
        if let base = base(origins.count, options), let segment = parts[base].segment, let graph = segment.graph {
            withExtendedLifetime(segment) { builder.adopt(graph.view(segment.codes), numbers: numbers[base]) }
        }
        try builder.build(progress)
        let order = NodeOrder.breadthFirst(builder.view, levels: levels)
        var renumbered = [UInt32](repeating: 0, count: order.count)
        for (new, node) in order.enumerated() { renumbered[Int(node)] = UInt32(new) }
        let graph = Graph(
            m: options.m, upperLinks: builder.upperLinks(renumbered: renumbered, order),
            intrinsicDimension: builder.intrinsicDimension())
        let writer = CodeWriter(
            options.layout(dimension: schema.dimension), dimension: schema.dimension, count: origins.count,
            in: scratch)
        for slots in steps(order.count) {
            for slot in slots {
                let node = Int(order[slot])
                writer.write(builder.view.codes(node), slot)
                writer.write(links: builder.view.links(node), renumbered, slot)
            }
            writer.letGo(slots)
        }
        return Linked(
            order: order, writer: writer, scale: scale, errors: order.map { errors[Int($0)] }, graph: graph)
    }

    /// The part whose graph is worth keeping: it has most of the points, and not much of it is gone.
    private func base(_ count: Int, _ options: GraphOptions) -> Int? {
        parts.indices.first { index in
            let part = parts[index]
            guard let graph = part.segment?.graph, graph.m == options.m else { return false }
            return part.liveCount * 2 >= count && part.liveCount * 2 >= part.slotCount
        }
    }

    /// The number of each slot of each part; `NodeLayout.none` for those that are gone.
    private func numbers(of origins: [Origin]) -> [[UInt32]] {
        var numbers = parts.map { [UInt32](repeating: NodeLayout.none, count: $0.slotCount) }
        for (number, origin) in origins.enumerated() {
            numbers[Int(origin.part)][Int(origin.slot)] = UInt32(number)
        }
        return numbers
    }

    /// Writes the whole codes of all points, read as their parts have them. Returns what each lost.
    private func quantise(into buffer: NodeBuffer, _ numbers: [[UInt32]], scale: Float) -> [Float] {
        var errors = [Float](repeating: 0, count: buffer.count)
        for (part, numbers) in zip(parts, numbers) {
            for slots in steps(numbers.count) {
                for slot in slots where numbers[slot] != NodeLayout.none {
                    let number = Int(numbers[slot])
                    errors[number] = Kernels.best.quantise(
                        part.row(slot), schema.dimension, scale: scale, codes: buffer.codes(number))
                }
                part.segment?.vectors.letGo(slots)
            }
        }
        return errors
    }

    // MARK: Laying out

    private func segment(_ origins: [Origin], _ rows: VectorRows, _ codes: VectorCodes, _ graph: Graph?) -> Segment {
        let columns = schema.fields.enumerated().map { index, field in
            Column.build(field.kind, count: origins.count) { slot in
                parts[Int(origins[slot].part)].value(field: index, Int(origins[slot].slot))
            }
        }
        var order = origins.indices.map(UInt32.init)
        order.sort { origins[Int($0)].key < origins[Int($1)].key }
        let segment = Segment(
            schema: schema, keys: Slab(origins.map(\.key)), order: Slab(order), vectors: rows, codes: codes,
            graph: graph, columns: columns)
        segment.letGo()
        return segment
    }

    private func row(_ origin: Origin) -> UnsafePointer<Float> { parts[Int(origin.part)].row(Int(origin.slot)) }

    private func scale(_ origins: [Origin]) -> Float {
        defer { letGoOfParts() }
        var readCount = 0
        return CodeScale.choose(count: origins.count, dimension: schema.dimension) { slot in
            readCount += 1
            if readCount % (Self.stepBytes / Self.faultBytes) == 0 { letGoOfParts() }
            return row(origins[slot])
        }
    }

    /// - Parameter areInOrder: whether origins that follow each other lie close together.
    private func rows(_ origins: [Origin], areInOrder: Bool) -> VectorRows {
        let apart = areInOrder ? VectorRows.bytes(dimension: schema.dimension, count: 1) : Self.faultBytes
        return VectorRows(
            dimension: schema.dimension, count: origins.count, in: scratch, stepSlots: max(1, Self.stepBytes / apart),
            step: letGoOfParts
        ) { row(origins[$0]) }
    }

    private func letGoOfParts() {
        for part in parts { part.segment?.vectors.rows.letGo() }
    }

    /// Slots one after another whose rows are about `stepBytes`.
    private func steps(_ count: Int) -> [Range<Int>] {
        let size = max(1, Self.stepBytes / VectorRows.bytes(dimension: schema.dimension, count: 1))
        return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
    }
}

extension SegmentBuilder.GraphOptions {
    /// Whether so many points get a graph.
    func links(_ count: Int) -> Bool { count >= pointsMin && count > 1 }

    /// Of the nodes in the end.
    func layout(dimension: Int) -> NodeLayout {
        quantization == .binary
            ? .signs(dimension: dimension, degreeMax: 2 * m) : .halves(dimension: dimension, degreeMax: 2 * m)
    }
}

extension SegmentBuilder {
    /// What a scratch file must have room for.
    static func scratchBytes(count: Int, dimension: Int, graph: GraphOptions?) -> Int {
        let plain = NodeLayout.halves(dimension: dimension, degreeMax: 0)
        let layout = graph.flatMap { $0.links(count) ? $0.layout(dimension: dimension) : nil } ?? plain
        return ScratchFile.bytes(
            ofPieces: [VectorRows.bytes(dimension: dimension, count: count)]
                + CodeWriter.pieces(layout, dimension: dimension, count: count))
    }
}
