import Foundation

/// A segment and which of its slots still count.
struct LiveSegment: Sendable {
    let segment: Segment
    var live: Bitmap
    var liveCount: Int

    init(_ segment: Segment) {
        self.segment = segment
        live = Bitmap(count: segment.count, filled: true)
        liveCount = segment.count
    }

    var deletedCount: Int { segment.count - liveCount }
}

/// What a collection is at one position of its log. A published state never changes; readers keep it as long as they
/// need it and never wait for the writer.
struct CollectionState: Sendable {
    var segments: [LiveSegment] = []
    var position = Position.start

    var pointsCount: Int { segments.reduce(0) { $0 + $1.liveCount } }
    var deletedCount: Int { segments.reduce(0) { $0 + $1.deletedCount } }

    /// The best points for a unit vector that satisfy a filter; exact. O(matching points × dimension).
    func search(
        _ query: [Float], filter: CompiledFilter, limit: Int, threshold: Float?, withVector: Bool
    ) -> (hits: [Hit], plan: SearchPlan) {
        var best = BestHits(limit: limit, threshold: threshold)
        var plan = SearchPlan()
        for (place, live) in segments.enumerated() {
            var mask = live.live
            if case .everything = filter {} else { mask.formIntersection(live.segment.matching(filter)) }
            let matching = mask.population
            plan.matching += matching
            let scan = SegmentScan(segment: live.segment, place: place, mask: mask)
            switch matching {
            case 0: plan.segmentsSkipped += 1
            case ..<(live.segment.count / SegmentScan.pickingShare):
                plan.segmentsPicked += 1
                scan.pick(query, into: &best)
            default:
                plan.segmentsScanned += 1
                scan.all(query, into: &best)
            }
        }
        let hits = best.sorted.map { found in
            let segment = segments[found.place].segment
            return Hit(
                id: found.id, score: found.score, payload: segment.payloads[found.slot],
                vector: withVector ? segment.vector(found.slot) : nil)
        }
        return (hits, plan)
    }
}
