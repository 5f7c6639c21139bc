/// The memory a rewrite needs, estimated from its sources.
struct RewriteMemory: Sendable, Equatable {
    /// Of the segment it makes, without what lies in a scratch file. Columns are taken to shrink with the points.
    let resultBytes: Int
    /// What its making takes besides: the order of the points, columns before they are laid out and, for a graph, whole
    /// codes with links.
    let workBytes: Int
    /// What its sources hold in memory, and no longer once it is installed.
    let freedBytes: Int

    private static let originBytes = 96

    init(_ rewrite: PartRewrite, _ parameters: CollectionParameters) {
        let schema = rewrite.schema
        let pointBytes = PointMemory.bytes(schema, parameters)
        var points = 0
        var columnBytes = 0
        var use = MemoryUse()
        for part in rewrite.sources {
            points += part.liveCount
            columnBytes += Self.columnBytes(part, fieldsCount: schema.fields.count)
            use.add(part, pointBytes: pointBytes)
        }
        freedBytes = use.residentBytes
        guard points > 0 else {
            (resultBytes, workBytes) = (0, 0)
            return
        }
        let capacity = PointMemory.capacity(points, schema, parameters)
        let hasGraph = points >= parameters.graphOptions(dimension: schema.dimension).pointsMin
        let inScratch =
            rewrite.scratch == nil
            ? 0 : capacity.rowBytes + capacity.comparedCodeBytes + (hasGraph ? 0 : capacity.walkedCodeBytes)
        resultBytes =
            capacity.totalBytes - inScratch - (hasGraph ? 0 : capacity.linkBytes) + columnBytes + points / 8
        let node = NodeLayout.whole(dimension: schema.dimension, degreeMax: 2 * parameters.m)
        workBytes =
            points * Self.originBytes + columnBytes + (hasGraph ? points * node.nodeBytes : 0)
    }

    /// Of the live points of a part.
    private static func columnBytes(_ part: Part, fieldsCount: Int) -> Int {
        guard part.slotCount > 0 else { return 0 }
        let bytes =
            switch part.storage {
            case .segment(let segment): segment.columns.reduce(0) { $0 + $1.bytes }
            case .tail: part.payloadBytes + part.slotCount * fieldsCount * PointMemory.fieldBytes
            }
        return Int((Double(bytes) * Double(part.liveCount) / Double(part.slotCount)).rounded(.up))
    }
}
