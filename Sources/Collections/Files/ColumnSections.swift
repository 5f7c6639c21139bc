/// How columns stand in a file. Of each, `add` and `init` name the same sections in the same order.

extension Column {
    func add(to list: inout SectionList, field: Int) {
        switch self {
        case .keywords(let column): column.add(to: &list, field: field)
        case .float(let column): column.add(to: &list, field: field)
        case .integer(let column): column.add(to: &list, field: field)
        case .uuid(let column): column.add(to: &list, field: field)
        case .text(let column): column.add(to: &list, field: field)
        }
    }

    /// - Throws: `SectionFileError`
    init(
        from reader: inout SectionReader, _ kind: FieldKind, field: Int, slotCount: Int
    ) throws(SectionFileError) {
        switch kind {
        case .keyword, .keywords:
            self = .keywords(try KeywordColumn(from: &reader, field: field, slotCount: slotCount))
        case .float, .datetime:
            let column = try ValueColumn<Double>(from: &reader, field: field, slotCount: slotCount)
            try reader.checkFinite(column.values, field: field)
            self = .float(column)
        case .integer, .bool:
            self = .integer(try ValueColumn<Int64>(from: &reader, field: field, slotCount: slotCount))
        case .uuid: self = .uuid(try ValueColumn<PointKey>(from: &reader, field: field, slotCount: slotCount))
        case .text: self = .text(try TextColumn(from: &reader, field: field, slotCount: slotCount))
        }
    }
}

extension KeywordColumn {
    func add(to list: inout SectionList, field: Int) {
        list.add(offsets, .keywordOffsets, field: field)
        list.add(codes, .keywordCodes, field: field)
        spellings.add(to: &list, .spellingOffsets, .spellingBytes, field: field)
        list.add(termOfSpelling, .termOfSpelling, field: field)
        terms.add(to: &list, .termOffsets, .termBytes, field: field)
        list.add(postingOffsets, .postingOffsets, field: field)
        list.add(postings, .postings, field: field)
    }

    init(from reader: inout SectionReader, field: Int, slotCount: Int) throws(SectionFileError) {
        offsets = try reader.slab(.keywordOffsets, field: field, of: UInt32.self, count: slotCount + 1)
        codes = try reader.slab(.keywordCodes, field: field, of: UInt32.self)
        spellings = try StringTable(from: &reader, .spellingOffsets, .spellingBytes, field: field)
        termOfSpelling = try reader.slab(.termOfSpelling, field: field, of: UInt32.self, count: spellings.count)
        terms = try StringTable(from: &reader, .termOffsets, .termBytes, field: field)
        postingOffsets = try reader.slab(.postingOffsets, field: field, of: UInt32.self, count: terms.count + 1)
        postings = try reader.slab(.postings, field: field, of: UInt32.self)
        try reader.checkOffsets(offsets, length: codes.count, .keywordOffsets, field: field)
        try reader.checkNumbers(codes, below: spellings.count, .keywordCodes, field: field)
        try reader.checkNumbers(termOfSpelling, below: terms.count, .termOfSpelling, field: field)
        try reader.checkOffsets(postingOffsets, length: postings.count, .postingOffsets, field: field)
        for term in 0..<terms.count where !posting(ofTerm: term).isWithinBounds {
            throw .contents(
                section: "\(SectionName(kind: .postings, field: field))",
                problem: "the term \(term) has a slot that is too high: allowed are slots below \(slotCount)")
        }
    }
}

extension ValueColumn {
    func add(to list: inout SectionList, field: Int) {
        list.add(values, .values, field: field)
        list.add(present, .presence, field: field)
        list.add(order, .valueOrder, field: field)
    }

    init(from reader: inout SectionReader, field: Int, slotCount: Int) throws(SectionFileError) {
        values = try reader.slab(.values, field: field, of: Value.self, count: slotCount)
        present = try reader.bitmap(.presence, field: field, slotCount: slotCount)
        order = try reader.slab(.valueOrder, field: field, of: UInt32.self, count: present.count)
        try reader.checkNumbers(order, below: slotCount, .valueOrder, field: field)
    }
}

extension TextColumn {
    func add(to list: inout SectionList, field: Int) {
        texts.add(to: &list, .textOffsets, .textBytes, field: field)
        folded.add(to: &list, .foldedOffsets, .foldedBytes, field: field)
        list.add(present, .presence, field: field)
        postings.add(to: &list, field: field)
    }

    init(from reader: inout SectionReader, field: Int, slotCount: Int) throws(SectionFileError) {
        texts = try StringTable(from: &reader, .textOffsets, .textBytes, field: field, count: slotCount)
        folded = try StringTable(from: &reader, .foldedOffsets, .foldedBytes, field: field, count: slotCount)
        present = try reader.bitmap(.presence, field: field, slotCount: slotCount)
        postings = try WordPostings(from: &reader, field: field, slotCount: slotCount)
    }
}

extension WordPostings {
    func add(to list: inout SectionList, field: Int) {
        words.add(to: &list, .wordOffsets, .wordBytes, field: field)
        list.add(offsets, .wordPostingOffsets, field: field)
        list.add(slots, .wordPostings, field: field)
        list.add(counts, .wordCounts, field: field)
        list.add(lengths, .wordLengths, field: field)
        list.add(blockCounts, .wordBlockCounts, field: field)
        list.add(blockLengths, .wordBlockLengths, field: field)
    }

    init(from reader: inout SectionReader, field: Int, slotCount: Int) throws(SectionFileError) {
        words = try StringTable(from: &reader, .wordOffsets, .wordBytes, field: field)
        offsets = try reader.slab(.wordPostingOffsets, field: field, of: UInt32.self, count: words.count + 1)
        slots = try reader.slab(.wordPostings, field: field, of: UInt32.self)
        counts = try reader.slab(.wordCounts, field: field, of: UInt16.self, count: slots.count)
        lengths = try reader.slab(.wordLengths, field: field, of: UInt32.self, count: slotCount)
        let blocks = Self.blocks(of: slots.count)
        blockCounts = try reader.slab(.wordBlockCounts, field: field, of: UInt16.self, count: blocks)
        blockLengths = try reader.slab(.wordBlockLengths, field: field, of: UInt32.self, count: blocks)
        try reader.checkOffsets(offsets, length: slots.count, .wordPostingOffsets, field: field)
        try reader.checkNumbers(slots, below: slotCount, .wordPostings, field: field)
        try reader.checkRises(slots, between: offsets, .wordPostings, field: field)
        totalLength = Self.total(lengths)
    }
}

extension StringTable {
    func add(to list: inout SectionList, _ offsetsKind: SectionKind, _ bytesKind: SectionKind, field: Int) {
        list.add(offsets, offsetsKind, field: field)
        list.add(utf8, bytesKind, field: field)
    }

    /// - Parameter count: the strings there must be; any number where nil.
    init(
        from reader: inout SectionReader, _ offsetsKind: SectionKind, _ bytesKind: SectionKind, field: Int,
        count: Int? = nil
    ) throws(SectionFileError) {
        offsets = try reader.slab(offsetsKind, field: field, of: UInt32.self, count: count.map { $0 + 1 })
        utf8 = try reader.slab(bytesKind, field: field, of: UInt8.self)
        try reader.checkOffsets(offsets, length: utf8.count, offsetsKind, field: field)
    }
}
