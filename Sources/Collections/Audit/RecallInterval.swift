import Foundation

/// Bounds between which the true mean of numbers from 0 to 1 lies, of which some were drawn independently.
///
/// With n numbers of mean p, all q are taken in for which n · KL(p‖q) ≤ ln(2 / (1 − confidence)), KL(p‖q) being
/// p · ln(p/q) + (1 − p) · ln((1 − p)/(1 − q)): Theorem 1 of Hoeffding, "Probability inequalities for sums of bounded
/// random variables" (1963), turned round, once for each side. The true mean is outside with at most the probability
/// left, for every n and every distribution. So it holds for few searches, and where most find all and a few find
/// nothing, which normal approximations and pooled hits get wrong. Of n numbers that are all 1 the lower bound is
/// (2 / (1 − confidence))^(−1/n), which is that of Clopper and Pearson. Where numbers differ little the bounds are wider
/// than they had to be.
struct RecallInterval: Sendable, Equatable {
    static let confidence = 0.95

    let lower: Double
    let upper: Double

    /// - Parameters:
    ///   - mean: 0...1
    ///   - count: 0 or more; of none nothing is known.
    init(mean: Double, count: Int, confidence: Double = confidence) {
        precondition((0...1).contains(mean) && count >= 0 && confidence > 0 && confidence < 1)
        guard count > 0 else {
            (lower, upper) = (0, 1)
            return
        }
        let limit = log(2 / (1 - confidence)) / Double(count)
        lower = Self.edge(mean, towards: 0, limit)
        upper = Self.edge(mean, towards: 1, limit)
    }

    /// The mean farthest to one side that is not ruled out: the divergence grows with the distance, so halving finds it
    /// to the last bits.
    private static func edge(_ mean: Double, towards end: Double, _ limit: Double) -> Double {
        var inside = mean
        var outside = end
        for _ in 0..<60 {
            let middle = (inside + outside) / 2
            if divergence(mean, middle) <= limit { inside = middle } else { outside = middle }
        }
        return outside
    }

    /// KL(p‖q) of two Bernoulli distributions.
    private static func divergence(_ p: Double, _ q: Double) -> Double { term(p, q) + term(1 - p, 1 - q) }

    private static func term(_ p: Double, _ q: Double) -> Double { p > 0 ? p * log(p / q) : 0 }
}
