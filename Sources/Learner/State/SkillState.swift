/// What all answers tell of one skill.
struct SkillState: Equatable, Sendable {
    /// How easy the skill's questions are, on the logit scale.
    var ease: Gaussian
    var answers: Float = 0
    /// Slopes of the skill's own logistic regression on a person's counts (Best-LR, Gervet et al. 2020), beyond those
    /// that all skills share, and AdaGrad's sums of squared gradients.
    var slopes = SIMD8<Float>(repeating: 0)
    var slopeSquares = SIMD8<Float>(repeating: 1)
    /// Running means over the skill's answers: what its typical question is like, for predictions without one.
    var typical = SIMD4<Float>(repeating: 0)

    init(easeVariance: Float) { ease = Gaussian(mean: 0, variance: easeVariance) }
}

/// Places in `SkillState.typical`.
enum TypicalQuestion {
    /// Ease of question and skills together.
    static var ease: Int { 0 }
    /// The logit of success by history times its trust, and that trust.
    static var history: Int { 1 }
    static var trust: Int { 2 }
    /// The logarithm of its answers, as `Features.questionAnswers` has it.
    static var answers: Int { 3 }
}
