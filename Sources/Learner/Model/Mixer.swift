/// The last layer: a logistic regression over the experts whose weights are a shared list plus one for each open gate
/// (gated logistic mixing, as in context-mixing compressors: Mattern 2012), and which goes on learning.
struct Mixer: Equatable, Sendable {
    private let centre: FeatureVector
    private let scale: FeatureVector
    /// Shared, then the gates.
    var weights: [FeatureVector]
    var answers: Float = 0

    init(_ coefficients: LearnerCoefficients.Mixer) {
        centre = FeatureVector(coefficients.centre)
        scale = FeatureVector(coefficients.scale)
        weights = [FeatureVector(coefficients.shared)] + coefficients.gated.map { FeatureVector($0) }
    }

    /// The features as the weights read them: centred, scaled, held within four deviations.
    @inline(__always)
    func standard(_ features: FeatureVector) -> FeatureVector {
        ((features - centre) * scale).held(within: 4)
    }

    @inline(__always)
    func logit(_ standard: FeatureVector, _ evidence: Evidence) -> Float {
        let gated =
            weights[1 + evidence.triesGate] + weights[7 + evidence.relationGate] + weights[13 + evidence.experienceGate]
        return ((weights[0] + gated) * standard).sum
    }

    /// One step of gradient ascent on the likelihood; `slope` is its derivative with respect to the logit.
    @inline(__always)
    mutating func learn(
        _ standard: FeatureVector, _ evidence: Evidence, slope: Float, learning: LearnerCoefficients.Learning
    ) {
        let falling = learning.mixerRate / (1 + answers / learning.mixerRateAnswers).squareRoot()
        let rate = max(falling, learning.mixerRateLast)
        // Beyond 2^23 a Float no longer counts by ones; the rate has long reached its last value.
        answers = min(answers + 1, 8_000_000)
        let step = standard * (rate * slope)
        weights[0] += step
        let gated = step * learning.gateShare
        weights[1 + evidence.triesGate] += gated
        weights[7 + evidence.relationGate] += gated
        weights[13 + evidence.experienceGate] += gated
    }
}
