/// The memory a point can come to, in a tail or in a segment with a graph: what is admitted before it is stored.
///
/// An estimate from above, tight for vectors. A payload's part is at most so much unless texts consist of words that
/// stand nowhere else.
enum PointMemory {
    /// Ids in the writer's books, counters, allocations, links of upper levels drawn above their average.
    private static let overheadBytes = 128
    /// A value in a tail, or its entry in a column.
    static let fieldBytes = 48
    /// The header of a string or array in memory of its own.
    private static let headerBytes = 32

    /// What every point takes, without what its payload has in strings: row, codes, links, a value for each field.
    static func bytes(_ schema: CollectionSchema, _ parameters: CollectionParameters) -> Int {
        capacity(1, schema, parameters).totalBytes + overheadBytes + schema.fields.count * fieldBytes
    }

    /// Of vectors in a segment with a graph.
    static func capacity(
        _ vectors: Int, _ schema: CollectionSchema, _ parameters: CollectionParameters
    ) -> CapacityEstimate {
        CapacityEstimate(
            vectors: vectors, dimension: schema.dimension, m: parameters.m, quantization: parameters.quantization)
    }

    /// What a payload has in strings. O(values)
    static func bytes(_ payload: StoredPayload) -> Int {
        payload.values.reduce(0) { total, value in
            switch value {
            case .keywords(let keywords):
                keywords.reduce(total + headerBytes) { total, keyword in
                    total + 2 * headerBytes + MemoryLayout<Keyword>.stride + keyword.term.utf8.count
                        + keyword.spelling.utf8.count
                }
            case .text(let text, let folded):
                // Postings take six bytes for a different word, and the word is kept once.
                total + 2 * headerBytes + text.utf8.count + 4 * folded.utf8.count
            case .float, .integer, .uuid, nil: total
            }
        }
    }
}
