/// The making of one segment out of the live points of some parts: sealing, cleaning and merging in one.
///
/// Due are, in this order:
/// 1. closed tails, all of them into one segment;
/// 2. a segment of which more than `deletedShareMax` is deleted;
/// 3. segments without a graph that together are large enough for one: they are merged with every graph that is not more
///    than `growth` times as large as what is merged with it, the smallest first. The largest keeps its graph, and the
///    others' points are linked into it. So there is a segment for each power of `growth`, and a point is linked and
///    copied a number of times that grows with the logarithm of all;
/// 4. where segments are more than `segmentsMax`, the smallest half of them.
///
/// Before a first load is complete only tails are sealed: one graph of everything is made once all is there. No segment
/// is made larger than `segmentKilobytesMax`.
struct PartRewrite: Sendable {
    let sources: [Part]
    let schema: CollectionSchema
    /// Where the bulk of the new segment lies; memory where nil.
    var scratch: ScratchRoom?
    let progress = RewriteProgress()

    /// How many times as large a graph may be as what is merged into it.
    static let growth = 10

    /// The next rewrite to do; nil when nothing is due.
    static func due(
        _ parts: [Part], _ schema: CollectionSchema, _ parameters: CollectionParameters, isLoaded: Bool
    ) -> PartRewrite? {
        let tails = parts.filter(\.isClosedTail)
        if !tails.isEmpty { return PartRewrite(sources: tails, schema: schema) }
        guard isLoaded else { return nil }
        let segments = parts.filter { $0.segment != nil }
        if let worn = segments.first(where: { isWorn($0, parameters) }) {
            return PartRewrite(sources: [worn], schema: schema)
        }
        let linked = growing(segments, schema, parameters)
        if !linked.isEmpty { return PartRewrite(sources: linked, schema: schema) }
        guard segments.count > parameters.segmentsMax else { return nil }
        let smallest = smallestSegments(segments, schema, parameters)
        return smallest.count > 1 ? PartRewrite(sources: smallest, schema: schema) : nil
    }

    private static func growing(
        _ segments: [Part], _ schema: CollectionSchema, _ parameters: CollectionParameters
    ) -> [Part] {
        let pointsMax = pointsMax(schema, parameters)
        let bySize = segments.sorted { ($0.liveCount, $0.number) < ($1.liveCount, $1.number) }
        var chosen: [Part] = []
        var points = 0
        for part in bySize where part.segment?.graph == nil && points + part.liveCount <= pointsMax {
            chosen.append(part)
            points += part.liveCount
        }
        guard points >= parameters.graphOptions(dimension: schema.dimension).pointsMin else { return [] }
        for part in bySize where part.segment?.graph != nil {
            guard part.liveCount <= growth * points, points + part.liveCount <= pointsMax else { break }
            chosen.append(part)
            points += part.liveCount
        }
        return chosen
    }

    var pointsCount: Int { sources.reduce(0) { $0 + $1.liveCount } }

    /// The bytes that may lie in a scratch file.
    /// - Parameter isLinked: whether a graph is built where there are enough points for one.
    func scratchBytes(_ parameters: CollectionParameters, isLinked: Bool = true) -> Int {
        SegmentBuilder.scratchBytes(
            count: pointsCount, dimension: schema.dimension,
            graph: isLinked ? parameters.graphOptions(dimension: schema.dimension) : nil)
    }

    /// O(points × dimension), and the build of a graph where there are enough points; the caller decides on which
    /// thread.
    /// - Throws: `CancellationError` when the progress was cancelled.
    func run(_ parameters: CollectionParameters) throws -> Segment {
        try SegmentBuilder(
            parts: sources, schema: schema, graph: parameters.graphOptions(dimension: schema.dimension),
            scratch: scratch, progress: progress
        ).build()
    }

    /// The same of tails without a graph, at once; in memory where the scratch file fails.
    func runPlain() -> Segment {
        do {
            return try SegmentBuilder(parts: sources, schema: schema, scratch: scratch).plain()
        } catch {
            do {
                return try SegmentBuilder(parts: sources, schema: schema).plain()
            } catch {
                preconditionFailure("tails lie in memory, and cannot be read: \(error)")
            }
        }
    }

    /// All of some segments into one; nil where there is nothing to gain, or the limit forbids it.
    static func whole(
        _ segments: [Part], _ schema: CollectionSchema, _ parameters: CollectionParameters
    ) -> PartRewrite? {
        let points = segments.reduce(0) { $0 + $1.liveCount }
        let options = parameters.graphOptions(dimension: schema.dimension)
        let lacksGraph = segments.count == 1 && segments[0].segment?.graph == nil && points >= options.pointsMin
        let isWhole = segments.count == 1 && segments[0].deletedCount == 0 && !lacksGraph
        guard points > 0, !isWhole, points <= pointsMax(schema, parameters) else { return nil }
        return PartRewrite(sources: segments, schema: schema)
    }

    private static func pointsMax(_ schema: CollectionSchema, _ parameters: CollectionParameters) -> Int {
        let bytesPerPoint = VectorRows.stride(dimension: schema.dimension) * MemoryLayout<Float>.stride
        return parameters.segmentKilobytesMax * 1_024 / bytesPerPoint
    }

    private static func isWorn(_ part: Part, _ parameters: CollectionParameters) -> Bool {
        part.liveCount == 0 || Double(part.deletedCount) > parameters.deletedShareMax * Double(part.slotCount)
    }

    private static func smallestSegments(
        _ segments: [Part], _ schema: CollectionSchema, _ parameters: CollectionParameters
    ) -> [Part] {
        let pointsMax = pointsMax(schema, parameters)
        let wanted = segments.count - parameters.segmentsMax + parameters.segmentsMax / 2 + 1
        var total = 0
        var chosen: [Part] = []
        let bySize = segments.sorted { ($0.liveCount, $0.number) < ($1.liveCount, $1.number) }
        for part in bySize.prefix(wanted) {
            total += part.liveCount
            if total > pointsMax { break }
            chosen.append(part)
        }
        return chosen
    }
}
