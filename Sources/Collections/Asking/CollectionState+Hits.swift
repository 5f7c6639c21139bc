import Foundation

extension CollectionState {
    /// A point as a hit.
    func hit(id: UUID, score: Float, at place: (part: Int, slot: Int), fields: [Int], withVector: Bool) -> Hit {
        Hit(
            id: id, score: score, payload: payload(part: place.part, slot: place.slot, fields: fields),
            vector: withVector ? vector(part: place.part, slot: place.slot) : nil)
    }

    /// Points of this state as hits, in the order given; their ids must be those of live points.
    func hits(_ scored: [(id: UUID, score: Float)], fields: [Int], withVector: Bool) -> [Hit] {
        let places = find(Set(scored.map { PointKey($0.id) }))
        return scored.map { entry in
            guard let place = places[PointKey(entry.id)] else { preconditionFailure("a hit is not in its state") }
            return hit(id: entry.id, score: entry.score, at: place, fields: fields, withVector: withVector)
        }
    }
}
