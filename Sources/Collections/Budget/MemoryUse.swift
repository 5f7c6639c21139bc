/// Bytes held by parts of a collection, in memory of their own and in mapped files.
struct MemoryUse: Sendable, Equatable {
    private(set) var residentBytes = 0
    private(set) var mappedBytes = 0

    /// Of a published state or a writer's parts. O(parts)
    /// - Parameter pointBytes: of a point in a tail, without its payload.
    mutating func add(_ part: Part, pointBytes: Int) {
        switch part.storage {
        case .segment(let segment):
            residentBytes += segment.memory.residentBytes
            mappedBytes += segment.memory.mappedBytes
            add(part.live)
        case .tail: residentBytes += part.slotCount * pointBytes + part.payloadBytes
        }
    }

    mutating func add<Element>(_ slab: Slab<Element>) { add(slab.bytes, isMapped: slab.isMapped) }

    mutating func add(_ codes: VectorCodes) {
        for slab in [codes.nodes, codes.lower] { add(slab) }
        if let upper = codes.upper { add(upper) }
        add(codes.errors)
    }

    mutating func add(_ graph: Graph) {
        for links in graph.upperLinks { add(links) }
    }

    mutating func add(_ column: Column) {
        switch column {
        case .keywords(let column): add(column)
        case .float(let column): add(column)
        case .integer(let column): add(column)
        case .uuid(let column): add(column)
        case .text(let column): add(column)
        }
    }

    private mutating func add(_ column: KeywordColumn) {
        for slab in [column.offsets, column.codes, column.termOfSpelling, column.postingOffsets, column.postings] {
            add(slab)
        }
        add(column.spellings)
        add(column.terms)
    }

    private mutating func add<Value>(_ column: ValueColumn<Value>) {
        add(column.values)
        add(column.present)
        add(column.order)
    }

    private mutating func add(_ column: TextColumn) {
        add(column.texts)
        add(column.folded)
        add(column.present)
        let postings = column.postings
        add(postings.words)
        for slab in [postings.offsets, postings.slots, postings.lengths, postings.blockLengths] { add(slab) }
        for slab in [postings.counts, postings.blockCounts] { add(slab) }
    }

    private mutating func add(_ bytes: Int, isMapped: Bool) {
        if isMapped { mappedBytes += bytes } else { residentBytes += bytes }
    }

    private mutating func add(_ table: StringTable) {
        add(table.offsets)
        add(table.utf8)
    }

    /// Bitmaps are in memory whatever their segment is in.
    private mutating func add(_ bitmap: Bitmap) { residentBytes += bitmap.bytes }
}
