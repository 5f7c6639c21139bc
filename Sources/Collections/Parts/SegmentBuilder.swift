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

    /// So much is read or written at a time where it lies in a file.
    private static let stepBytes = 4 << 20

    let parts: [Part]
    let schema: CollectionSchema
    /// No graph is built without.
    var graph: GraphOptions?
    /// Where rows and codes lie that walks do not read, as far as it has room; memory where nil.
    var scratch: ScratchRoom?
    var progress = RewriteProgress()

    /// O(points × (dimension + fields + log points)), and the build of the graph.
    /// - Throws: `CancellationError` when the progress was cancelled; `FileError` where a file cannot be read or written.
    func build() throws -> Segment {
        let origins = liveOrigins()
        guard let graph, graph.links(origins.count) else { return try plain(origins) }
        return try linked(origins, graph)
    }

    /// A segment without a graph, slots in the order of their ids.
    /// - Throws: `FileError`
    func plain() throws -> Segment { try plain(liveOrigins()) }

    private func plain(_ origins: [Origin]) throws -> Segment {
        let scale = try scale(origins)
        let writer = CodeWriter(
            .halves(dimension: schema.dimension, degreeMax: 0), dimension: schema.dimension, count: origins.count,
            windowSlots: windowSlots, in: scratch)
        var errors = [Float](repeating: 0, count: origins.count)
        var codes = [Int8](repeating: 0, count: NodeLayout.padded(schema.dimension))
        var width = UpperHalves.Width(count: origins.count)
        let rows = try writeRows(origins) { slots, row in
            writer.open(slots)
            for slot in slots {
                let row = row(slot)
                errors[slot] = Kernels.best.quantise(row, schema.dimension, scale: scale, codes: &codes)
                writer.write(&codes, slot)
                width.consider(slot, row, codes, schema.dimension, scale: scale)
            }
            try writer.close(slots)
        }
        return segment(origins, rows, try writer.finish(scale: scale, errors: errors), nil, width.value)
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
        let codes = try linked.writer.finish(scale: linked.scale, errors: linked.errors)
        return segment(origins, try writeRows(origins), codes, linked.graph)
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
        let scale = try scale(origins)
        let buffer = NodeBuffer(
            layout: .whole(dimension: schema.dimension, degreeMax: 2 * options.m), count: origins.count)
        let numbers = numbers(of: origins)
        let errors = try quantise(into: buffer, numbers, scale: scale)
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
            windowSlots: windowSlots, in: scratch)
        for slots in windows(order.count) {
            writer.open(slots)
            for slot in slots {
                let node = Int(order[slot])
                writer.write(builder.view.codes(node), slot)
                writer.write(links: builder.view.links(node), renumbered, slot)
            }
            try writer.close(slots)
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
    private func quantise(into buffer: NodeBuffer, _ numbers: [[UInt32]], scale: Float) throws -> [Float] {
        var errors = [Float](repeating: 0, count: buffer.count)
        let rowStride = VectorRows.stride(dimension: schema.dimension)
        let window = SlabMemory(bytes: VectorRows.bytes(dimension: schema.dimension, count: windowSlots))
        let rows = window.elements(of: Float.self)
        for (part, numbers) in zip(parts, numbers) {
            for slots in windows(numbers.count) {
                guard let base = rows.baseAddress else { continue }
                try part.copyRows(slots, to: base)
                for slot in slots where numbers[slot] != NodeLayout.none {
                    let number = Int(numbers[slot])
                    errors[number] = Kernels.best.quantise(
                        base + (slot - slots.lowerBound) * rowStride, schema.dimension, scale: scale,
                        codes: buffer.codes(number))
                }
            }
        }
        return withExtendedLifetime(window) { errors }
    }

    // MARK: Laying out

    private func segment(
        _ origins: [Origin], _ rows: VectorRows, _ codes: VectorCodes, _ graph: Graph?, _ halvesWidth: Float? = nil
    ) -> Segment {
        let columns = schema.fields.enumerated().map { index, field in
            Column.build(field.kind, count: origins.count) { slot in
                parts[Int(origins[slot].part)].value(field: index, Int(origins[slot].slot))
            }
        }
        var order = origins.indices.map(UInt32.init)
        order.sort { origins[Int($0)].key < origins[Int($1)].key }
        return Segment(
            schema: schema, keys: Slab(origins.map(\.key)), order: Slab(order), vectors: rows, codes: codes,
            graph: graph, columns: columns, halvesWidth: halvesWidth)
    }

    private func scale(_ origins: [Origin]) throws -> Float {
        try CodeScale.choose(count: origins.count, dimension: schema.dimension) { slot, target in
            try copyRow(origins[slot], to: target)
        }
    }

    private func copyRow(_ origin: Origin, to target: UnsafeMutablePointer<Float>) throws(FileError) {
        let slot = Int(origin.slot)
        try parts[Int(origin.part)].copyRows(slot..<slot + 1, to: target)
    }

    /// - Parameter body: is given the slots of each window and a way to their rows.
    private func writeRows(
        _ origins: [Origin],
        _ body: (_ slots: Range<Int>, _ row: (Int) -> UnsafePointer<Float>) throws -> Void = { _, _ in }
    ) throws -> VectorRows {
        let dimension = schema.dimension
        let rowStride = VectorRows.stride(dimension: dimension)
        let writer = SlabWriter(
            bytes: VectorRows.bytes(dimension: dimension, count: origins.count),
            windowBytes: VectorRows.bytes(dimension: dimension, count: windowSlots), in: scratch)
        for slots in windows(origins.count) {
            let bytes =
                VectorRows.bytes(
                    dimension: dimension, count: slots.lowerBound)..<VectorRows.bytes(
                    dimension: dimension, count: slots.upperBound)
            let window = writer.open(bytes).bindMemory(to: Float.self, capacity: slots.count * rowStride)
            for slot in slots { try copyRow(origins[slot], to: window + (slot - slots.lowerBound) * rowStride) }
            try body(slots) { UnsafePointer(window + ($0 - slots.lowerBound) * rowStride) }
            try writer.close(bytes)
        }
        return VectorRows(dimension: dimension, writer.finish())
    }

    private var windowSlots: Int {
        max(1, Self.stepBytes / VectorRows.bytes(dimension: schema.dimension, count: 1))
    }

    /// Slots one after another whose rows are about `stepBytes`.
    private func windows(_ count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: windowSlots).map { $0..<min($0 + windowSlots, count) }
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
    /// The room in a scratch file that it takes.
    static func scratchBytes(count: Int, dimension: Int, graph: GraphOptions?) -> Int {
        let plain = NodeLayout.halves(dimension: dimension, degreeMax: 0)
        let layout = graph.flatMap { $0.links(count) ? $0.layout(dimension: dimension) : nil } ?? plain
        return ScratchRoom.bytes(
            ofPieces: [VectorRows.bytes(dimension: dimension, count: count)]
                + CodeWriter.pieces(layout, dimension: dimension, count: count))
    }
}
