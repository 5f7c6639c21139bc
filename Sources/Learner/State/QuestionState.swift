/// What all answers tell of one question.
public struct QuestionState: Equatable, Sendable {
    /// How much easier than its skills' mean this question is, on the logit scale.
    public internal(set) var ease: Gaussian
    public internal(set) var answers: Float = 0
    /// Success by what the person's last answer to this very question was: none, good, other.
    var byHistory: (RateCell, RateCell, RateCell) = (RateCell(), RateCell(), RateCell())
    /// What is left to explain for people of low, middle and high ability: the question's discrimination.
    var byAbility: (ResidualCell, ResidualCell, ResidualCell) = (ResidualCell(), ResidualCell(), ResidualCell())

    /// A question nobody answered yet.
    public init(label: DifficultyLabel? = nil, coefficients: LearnerCoefficients) {
        let beliefs = coefficients.beliefs
        ease = Gaussian(mean: label?.shift(beliefs) ?? 0, variance: beliefs.questionVariance)
    }

    init(ease: Gaussian, answers: Float) {
        self.ease = ease
        self.answers = answers
    }

    /// How much more this question separates able from less able people than its difficulty explains; about 0 for an
    /// ordinary question, clearly negative for one that able people answer worse.
    public var discriminationShift: Float { byAbility.2.shift - byAbility.0.shift }

    @inline(__always)
    func history(_ context: Int) -> RateCell { context == 0 ? byHistory.0 : context == 1 ? byHistory.1 : byHistory.2 }

    @inline(__always)
    func ability(_ band: Int) -> ResidualCell { band == 0 ? byAbility.0 : band == 1 ? byAbility.1 : byAbility.2 }

    @inline(__always)
    mutating func learnHistory(_ context: Int, _ score: Float) {
        switch context {
        case 0: byHistory.0.learn(score, limit: 300)
        case 1: byHistory.1.learn(score, limit: 300)
        default: byHistory.2.learn(score, limit: 300)
        }
    }

    @inline(__always)
    mutating func learnAbility(_ band: Int, base: Float, score: Float, priorPrecision: Float) {
        switch band {
        case 0: byAbility.0.learn(base: base, score: score, priorPrecision: priorPrecision)
        case 1: byAbility.1.learn(base: base, score: score, priorPrecision: priorPrecision)
        default: byAbility.2.learn(base: base, score: score, priorPrecision: priorPrecision)
        }
    }

    public static func == (a: Self, b: Self) -> Bool {
        a.ease == b.ease && a.answers == b.answers && a.byHistory == b.byHistory && a.byAbility == b.byAbility
    }
}
