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
    /// What the neighbours known from elsewhere put out of reach.
    private let knownCutoff: Float

    /// No node is out of reach.
    static let everything = WalkReach(k: .max, factor: 0, constant: 0, knownCutoff: -.infinity)

    private init(k: Int, factor: Float, constant: Float, knownCutoff: Float) {
        self.k = k
        self.factor = factor
        self.constant = constant
        self.knownCutoff = knownCutoff
    }

    /// - Parameters:
    ///   - k: neighbours wanted; above 0.
    ///   - width: nodes in reach, on average.
    ///   - known: a cosine that k points elsewhere have at least; −∞ where there are none.
    init(k: Int, width: Int, intrinsicDimension: Float, known: Float = -.infinity, _ measure: ScoreMeasure) {
        self.k = k
        // The square of 1 + γ. Squared distances are 2 − 2 cosine, so the limit is linear in the k-th score.
        factor = pow(Float(max(k, width)) / Float(k), 2 / intrinsicDimension)
        constant = (1 - factor) * (1 - measure.offset) / measure.scale
        knownCutoff = factor * ((known - measure.offset) / measure.scale) + constant
    }

    /// The score below which a node is out of reach, by the k-th of those found; the least number while there are fewer.
    ///
    /// Neighbours known from elsewhere shorten a walk only once it has come to where its own are: no node that is nearer
    /// than the k-th of those found is out of reach.
    @inline(__always)
    func cutoff(_ found: Beam) -> Int32 {
        if found.count < k { return .min }
        let worst = Float(found.score(k &- 1))
        let cutoff = max(factor * worst + constant, min(knownCutoff, worst))
        // Numbers of a file may be anything.
        return cutoff > -0x1p30 && cutoff < 0x1p30 ? Int32(cutoff) : .min
    }
}
