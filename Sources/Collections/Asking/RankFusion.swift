import Foundation

/// Lists of ranked points brought into one by their ranks alone, since scores of two kinds cannot be compared
/// (Cormack, Clarke and Buettcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning methods",
/// 2009).
struct RankFusion {
    struct Fused: Equatable {
        let id: UUID
        let score: Float
        /// The point's rank in each list, from 1 on; nil where it is not in it.
        let ranks: [Int?]
    }

    let rankConstant: Int
    let weights: [Double]

    /// Best first; of equal scores the lower id first. A list of weight 0 brings no points. O(n log n).
    /// - Parameter lists: one a weight, best first, each id at most once a list.
    func fuse(_ lists: [[UUID]]) -> [Fused] {
        precondition(lists.count == weights.count)
        var ranks: [PointKey: [Int?]] = [:]
        for (index, list) in lists.enumerated() where weights[index] > 0 {
            for (place, id) in list.enumerated() {
                ranks[PointKey(id), default: Array(repeating: nil, count: lists.count)][index] = place + 1
            }
        }
        let scored = ranks.map { key, ranks in
            let score = zip(weights, ranks).reduce(0.0) { sum, list in
                sum + (list.1.map { list.0 / Double(rankConstant + $0) } ?? 0)
            }
            return (key: key, score: Float(score), ranks: ranks)
        }
        return scored.sorted { $0.score != $1.score ? $0.score > $1.score : $0.key < $1.key }
            .map { Fused(id: $0.key.id, score: $0.score, ranks: $0.ranks) }
    }
}
