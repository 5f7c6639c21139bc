import Foundation

/// The greedy choice of points that are near the query and far from each other.
struct MarginalRelevance: Sendable {
    let state: CollectionState
    /// Best first, with the cosines with the query.
    let pool: [(id: UUID, score: Float)]
    let diversity: Double
    let limit: Int

    /// The places in the pool of those chosen, in their order. O(limit × pool × dimension).
    func run() -> [Int] {
        let places = state.find(Set(pool.map { PointKey($0.id) }))
        let rows = pool.map { entry in
            guard let place = places[PointKey(entry.id)] else { preconditionFailure("a hit is not in its state") }
            return state.parts[place.part].row(place.slot)
        }
        let length = VectorRows.stride(dimension: state.schema.dimension)
        var rest = Array(pool.indices)
        // The greatest cosine of each with one chosen before; none for the first.
        var nearest = [Float](repeating: -.infinity, count: pool.count)
        var chosen: [Int] = []
        while chosen.count < limit, !rest.isEmpty {
            var best = 0
            for index in 1..<max(1, rest.count)
            where marginal(rest[index], nearest) > marginal(rest[best], nearest) { best = index }
            let next = rest.remove(at: best)
            chosen.append(next)
            for other in rest {
                nearest[other] = max(nearest[other], Kernels.best.dot(rows[next], rows[other], length))
            }
        }
        return withExtendedLifetime(state) { chosen }
    }

    /// The pool stands in the order of scores, then ids; so the first of equal ones is the one to take.
    private func marginal(_ index: Int, _ nearest: [Float]) -> Double {
        let similarity = nearest[index] == -.infinity ? 0 : Double(nearest[index])
        return (1 - diversity) * Double(pool[index].score) - diversity * similarity
    }

    /// The rows are read once for each point chosen, from caches.
    var kilobytes: Int {
        limit * pool.count * VectorRows.stride(dimension: state.schema.dimension) * MemoryLayout<Float>.stride / 1_024
    }
}
