import Foundation

/// How far beyond the k nearest found so far a walk looks.
///
/// A beam of fixed width works as hard for a query whose neighbours stand out as for one among many alike. Here a walk
/// goes on as long as a node in view is nearer than (1 + γ) times the k-th distance (Al-Jazzazi et al. 2025). γ is chosen
/// so that in a neighbourhood of the graph's intrinsic dimension there are as many nodes in reach as a beam would hold:
/// the number of points within a distance grows with its power of that dimension, so (1 + γ)^dimension = width / k.
struct WalkReach {
    /// A beam may hold so many times the width asked for, where many nodes are in reach.
    static let widening = 2

    private let k: Int
    private let factor: Float
    private let constant: Float

    /// No node is out of reach.
    static let everything = WalkReach(k: .max, factor: 0, constant: 0)

    private init(k: Int, factor: Float, constant: Float) {
        self.k = k
        self.factor = factor
        self.constant = constant
    }

    /// - Parameters:
    ///   - k: neighbours wanted; above 0.
    ///   - width: nodes in reach, on average.
    init(k: Int, width: Int, intrinsicDimension: Float, _ measure: ScoreMeasure) {
        self.k = k
        // The square of 1 + γ. Squared distances are 2 − 2 cosine, so the limit is linear in the k-th score.
        factor = pow(Float(max(k, width)) / Float(k), 2 / intrinsicDimension)
        constant = (1 - factor) * (1 - measure.offset) / measure.scale
    }

    /// The score below which a node is out of reach, by the k-th of those found; the least number while there are fewer.
    @inline(__always)
    func cutoff(_ found: Beam) -> Int32 {
        if found.count < k { return .min }
        let cutoff = factor * Float(found.score(k &- 1)) + constant
        // Numbers of a file may be anything.
        return cutoff > -0x1p30 && cutoff < 0x1p30 ? Int32(cutoff) : .min
    }
}
