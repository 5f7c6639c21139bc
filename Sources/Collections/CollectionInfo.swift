/// What a collection holds, at one moment.
public struct CollectionInfo: Sendable {
    public let name: String
    public let model: String
    public let dimension: Int
    /// The payload's fields.
    public let fields: [String: FieldKind]
    /// Points that can be found.
    public let pointsCount: Int
    public let vectorsCount: Int
    /// Points in segments: those whose vectors are coded and whose fields are indexed.
    public let indexedVectorsCount: Int
    public let segmentsCount: Int
    /// Points in tails.
    public let tailCount: Int
    /// Slots that are deleted and not rewritten yet.
    public let deletedCount: Int
    public let appliedPosition: Position
    public let status: CollectionStatus
    /// Bytes of vectors in full precision, those of tails with them.
    public let rowBytes: Int
    /// Bytes of vectors as codes.
    public let codeBytes: Int
    /// Bytes of graphs' links.
    public let linkBytes: Int
    /// Bytes of payload fields, and of ids, their order and the bounds of codes, in segments.
    public let columnBytes: Int
    /// Bytes of the lists of slots by keyword and by word, in segments.
    public let postingBytes: Int
    /// Bytes in memory of the collection's own, points of tails at what they may come to: what counts for its
    /// `MemoryBudget`.
    public let residentBytes: Int
    /// Bytes in mapped files, of which the system keeps in memory what it likes.
    public let mappedBytes: Int
    /// Why a rewrite that is due waits for room in the `MemoryBudget`; nil where none does.
    public let postponed: MemoryLimitError?
    /// Why rows of the last segment that was made are in memory and not in a file; nil where nothing was refused.
    public let scratchRefusal: FileError?
    /// How much of the true answers the walks find, by how many hits were asked for; empty until `Collection.audit` has
    /// judged some.
    public let recall: [RecallEstimate]
    /// The instruction set that compares vectors, such as "avx512-vnni".
    public let kernels: String

    init(
        _ state: CollectionState, isMaintenanceDue: Bool, memory: MemoryUse, postponed: MemoryLimitError?,
        recall: [RecallEstimate], scratchRefusal: FileError?
    ) {
        let schema = state.schema
        name = schema.name
        model = schema.model
        dimension = schema.dimension
        fields = Dictionary(uniqueKeysWithValues: schema.fields.map { ($0.name, $0.kind) })
        pointsCount = state.pointsCount
        vectorsCount = state.pointsCount
        let segments = state.parts.compactMap(\.segment)
        segmentsCount = segments.count
        tailCount = state.parts.reduce(0) { $0 + ($1.tail == nil ? 0 : $1.liveCount) }
        indexedVectorsCount = pointsCount - tailCount
        deletedCount = state.parts.reduce(0) { $0 + $1.deletedCount }
        appliedPosition = state.appliedPosition
        status = !state.isLoaded ? .grey : isMaintenanceDue ? .yellow : .green
        rowBytes = state.parts.reduce(0) { $0 + $1.slotCount * $1.rows.stride * MemoryLayout<Float>.stride }
        codeBytes = segments.reduce(0) { $0 + $1.codes.bytes - $1.codes.linkBytes - $1.codes.errors.bytes }
        linkBytes = segments.reduce(0) { $0 + $1.codes.linkBytes + ($1.graph?.bytes ?? 0) }
        columnBytes = segments.reduce(0) { total, segment in
            total + segment.keys.bytes + segment.order.bytes + segment.codes.errors.bytes
                + segment.columns.reduce(0) { $0 + $1.bytes - $1.postingBytes }
        }
        postingBytes = segments.reduce(0) { $0 + $1.columns.reduce(0) { $0 + $1.postingBytes } }
        residentBytes = memory.residentBytes
        mappedBytes = memory.mappedBytes
        self.postponed = postponed
        self.recall = recall
        self.scratchRefusal = scratchRefusal
        kernels = Kernels.best.name
    }
}

/// How a collection is, in the colours operators know.
public enum CollectionStatus: String, Sendable {
    case green
    /// Serves; parts wait to be sealed or merged.
    case yellow
    /// Nothing was loaded yet.
    case grey
}
