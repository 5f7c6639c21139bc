/// Which segments to make one, by two rules: a segment with too many deleted points is rewritten, and segments of one
/// tier are merged when there are `segmentsPerTier` of them. A tier holds segments whose sizes lie within a factor of
/// `segmentsPerTier`, so each point is rewritten once a tier.
struct SegmentMerge {
    /// Places of the segments that become one, ascending.
    let places: [Int]

    /// The next merge to do; nil when nothing is due.
    static func due(in segments: [LiveSegment], _ parameters: CollectionParameters) -> SegmentMerge? {
        for (place, segment) in segments.enumerated()
        where Double(segment.deletedCount) > parameters.deletedShareMax * Double(segment.segment.count) {
            return SegmentMerge(places: [place])
        }
        var tiers: [Int: [Int]] = [:]
        for (place, segment) in segments.enumerated() {
            var tier = 0
            var size = segment.liveCount
            while size >= parameters.segmentsPerTier {
                size /= parameters.segmentsPerTier
                tier += 1
            }
            tiers[tier, default: []].append(place)
        }
        let full = tiers.filter { $0.value.count >= parameters.segmentsPerTier }.min { $0.key < $1.key }
        return full.map { SegmentMerge(places: $0.value) }
    }

    /// The merged segment; nil when no live point is left.
    func run(_ segments: [LiveSegment], schema: CollectionSchema) -> Segment? {
        var points: [Point] = []
        for place in places {
            segments[place].live.forEach { points.append(segments[place].segment.point($0)) }
        }
        return points.isEmpty ? nil : Segment(points, schema: schema)
    }

    /// The segments with the merged one in place of its sources.
    func result(_ segments: [LiveSegment], merged: Segment?) -> [LiveSegment] {
        let gone = Set(places)
        var rest = segments.enumerated().filter { !gone.contains($0.offset) }.map(\.element)
        if let merged { rest.append(LiveSegment(merged)) }
        return rest
    }
}
