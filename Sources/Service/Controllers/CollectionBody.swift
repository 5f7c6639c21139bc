import VectorCollections

/// What a collection holds, as callers see it: the names that clients of vector databases know, and some of ours.
struct CollectionBody: Encodable {
    let name: String
    let vectorsCount: Int
    let indexedVectorsCount: Int
    let pointsCount: Int
    let segmentsCount: Int
    let deletedCount: Int
    /// `green` when it has caught up, `yellow` while it loads.
    let status: String
    let optimizerStatus = "ok"
    let vectorSize: Int
    let distance = "Cosine"
    let model: String
    let appliedPosition: Int64
    let memoryBytes: [String: Int]
    let payloadSchema: [String: String]

    init(_ info: CollectionInfo, isReady: Bool) {
        name = info.name
        vectorsCount = info.pointsCount
        indexedVectorsCount = info.indexedVectorsCount
        pointsCount = info.pointsCount
        segmentsCount = info.segmentsCount
        deletedCount = info.deletedCount
        status = isReady ? "green" : "yellow"
        vectorSize = info.dimension
        model = info.model
        appliedPosition = info.appliedPosition.rawValue
        memoryBytes = ["rows": info.rowBytes, "columns": info.columnBytes]
        payloadSchema = info.fields.mapValues(\.rawValue)
    }
}
