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
    let recall: [RecallBody]
    /// Why merging waits for memory; left out where it does not.
    let postponed: String?
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
        memoryBytes = [
            "rows": info.rowBytes, "codes": info.codeBytes, "links": info.linkBytes, "columns": info.columnBytes,
            "postings": info.postingBytes, "resident": info.residentBytes, "mapped": info.mappedBytes,
        ]
        recall = info.recall.map(RecallBody.init)
        postponed = info.postponed.map { "\($0)" }
        payloadSchema = info.fields.mapValues(\.rawValue)
    }
}

/// How much of the true answers searches find, as far as a sample of them tells.
struct RecallBody: Encodable {
    /// The least and the greatest limit of the searches it is of.
    let limits: [Int]
    let recall: Double
    /// Of the 95 % confidence interval.
    let lower: Double
    let upper: Double
    let queries: Int

    init(_ estimate: RecallEstimate) {
        limits = [estimate.k.lowerBound, estimate.k.upperBound]
        recall = estimate.recall
        lower = estimate.lower
        upper = estimate.upper
        queries = estimate.queries
    }
}
