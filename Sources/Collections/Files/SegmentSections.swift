/// How a segment stands in a file: `add` and `read` name the same sections in the same order.
extension Segment {
    func add(to list: inout SectionList) {
        list.add(keys, .keys)
        list.add(vectors.rows, .rows)
        list.add(codes.codes, .codes)
        list.add(codes.scales, .scales)
        list.add(codes.errors, .errors)
        for (field, column) in columns.enumerated() { column.add(to: &list, field: field) }
    }

    /// The segment in a mapped file, of which no value is copied but presence bits.
    /// - Throws: `SectionFileError`
    static func read(from reader: inout SectionReader, schema: CollectionSchema) throws(SectionFileError) -> Segment {
        let slotCount = reader.header.slotCount
        let dimension = schema.dimension
        let keys = try reader.slab(.keys, of: PointKey.self, count: slotCount)
        try reader.checkAscending(keys)
        let rowStride = VectorRows.stride(dimension: dimension)
        let vectors = VectorRows(
            dimension: dimension, rows: try reader.slab(.rows, of: Float.self, count: slotCount * rowStride))
        let codeStride = VectorCodes.stride(dimension: dimension)
        let codes = VectorCodes(
            stride: codeStride, codes: try reader.slab(.codes, of: Int8.self, count: slotCount * codeStride),
            scales: try reader.slab(.scales, of: Float.self, count: slotCount),
            errors: try reader.slab(.errors, of: Float.self, count: slotCount))
        var columns: [Column] = []
        for (index, field) in schema.fields.enumerated() {
            columns.append(try Column(from: &reader, field.kind, field: index, slotCount: slotCount))
        }
        try reader.finish()
        return Segment(schema: schema, keys: keys, vectors: vectors, codes: codes, columns: columns)
    }
}

extension VectorRows {
    /// - Parameter rows: a padded row per slot.
    init(dimension: Int, rows: Slab<Float>) {
        self.dimension = dimension
        stride = Self.stride(dimension: dimension)
        self.rows = rows
    }
}

extension VectorCodes {
    init(stride: Int, codes: Slab<Int8>, scales: Slab<Float>, errors: Slab<Float>) {
        self.stride = stride
        self.codes = codes
        self.scales = scales
        self.errors = errors
    }
}
