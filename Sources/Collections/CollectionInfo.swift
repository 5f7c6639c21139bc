/// What a collection holds, at one moment.
public struct CollectionInfo: Sendable {
    public let name: String
    public let model: String
    public let dimension: Int
    public let fields: [String: PayloadKind]
    /// Points that can be found.
    public let pointsCount: Int
    /// Points that a search reaches without reading every row; 0 while all search is exact.
    public let indexedVectorsCount: Int
    public let segmentsCount: Int
    /// Slots that are deleted and not rewritten yet.
    public let deletedCount: Int
    public let appliedPosition: Position
    /// Bytes of the vectors, and of columns, postings and ids.
    public let rowBytes: Int
    public let columnBytes: Int
    /// Such as "avx512-vnni".
    public let kernels: String
}
