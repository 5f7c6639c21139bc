import Foundation

@testable import VectorCollections

/// The oracle for some thousand points: whether a point matches a filter is found out once, and kept until the point
/// changes.
struct RememberingOracle {
    private(set) var oracle = Oracle()
    private var rows: [PointKey: [Float]] = [:]
    private var known: [Filter: [PointKey: Bool]] = [:]

    var points: [PointKey: (vector: [Float], payload: Payload)] { oracle.points }

    mutating func apply(_ change: Change) throws {
        try oracle.apply(change)
        let key = PointKey(change.id)
        rows[key] = oracle.points[key].map { Self.padded($0.vector) }
        for filter in known.keys { known[filter]?[key] = nil }
    }

    /// The points that match, in no order. O(points)
    mutating func matching(_ filter: Filter?) -> [PointKey] {
        guard let filter else { return Array(oracle.points.keys) }
        // Taken out while it changes, so that it is not copied.
        var known = known.removeValue(forKey: filter) ?? [:]
        defer { self.known[filter] = known }
        return oracle.points.keys.filter { key in
            if let isMatch = known[key] { return isMatch }
            let isMatch = oracle.matches(key, filter)
            known[key] = isMatch
            return isMatch
        }
    }

    /// The true answer to a search, with the engine's own products, as `Oracle.search`.
    mutating func search(_ request: SearchRequest) throws -> Answer {
        let query = Self.padded(try UnitVector.normalise(request.vector, dimension: request.vector.count))
        let matching = matching(request.filter)
        var answer = Answer(limit: request.limit, matchingCount: matching.count)
        answer.scores.reserveCapacity(matching.count)
        var best: [(key: PointKey, score: Float)] = []
        for key in matching {
            guard let row = rows[key] else { continue }
            let score = Kernels.best.dot(query, row, row.count)
            answer.scores[key] = score
            if score >= request.scoreThreshold ?? -.infinity { best.append((key, score)) }
        }
        best.sort { $0.score != $1.score ? $0.score > $1.score : $0.key < $1.key }
        answer.best = best.prefix(request.limit).map { ($0.key.id, $0.score) }
        return answer
    }

    struct Answer {
        let limit: Int
        let matchingCount: Int
        /// Of every point that matches.
        var scores: [PointKey: Float] = [:]
        var best: [(id: UUID, score: Float)] = []

        init(limit: Int, matchingCount: Int) {
            self.limit = limit
            self.matchingCount = matchingCount
        }

        /// How many of some hits are as good as the last of the best: among equals any will do.
        func found(_ hits: [Hit]) -> Int {
            guard let last = best.last else { return 0 }
            return hits.count { $0.score >= last.score }
        }
    }

    /// How many matching points have each value of a field, keywords in the form they are compared by.
    mutating func counts(_ field: String, _ filter: Filter?) -> [PayloadValue: Int] {
        var counts: [PayloadValue: Int] = [:]
        for key in matching(filter) {
            guard let value = oracle.points[key]?.payload[field] else { continue }
            switch value {
            case .keyword, .keywords:
                for term in Set((value.stringsValue ?? []).map(Oracle.folded)) {
                    counts[.keyword(term), default: 0] += 1
                }
            default: counts[value, default: 0] += 1
            }
        }
        return counts
    }

    /// Whether a stored payload is that of a point.
    func has(_ payload: Payload, of id: UUID) -> Bool {
        oracle.points[PointKey(id)].map { Self.areEqual($0.payload, payload) } ?? false
    }

    /// Of keywords each counts once, in any order.
    static func areEqual(_ one: Payload, _ other: Payload) -> Bool {
        one == other || comparable(one) == comparable(other)
    }

    private static func comparable(_ payload: Payload) -> [String: Set<PayloadValue>] {
        payload.compactMapValues { value in
            guard case .keywords(let spellings) = value else { return [value] }
            return spellings.isEmpty ? nil : Set(spellings.map { .keyword(Oracle.folded($0)) })
        }
    }

    private static func padded(_ vector: [Float]) -> [Float] {
        vector + [Float](repeating: 0, count: VectorRows.stride(dimension: vector.count) - vector.count)
    }
}
