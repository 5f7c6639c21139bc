/// What all people's answers tell: questions, skills and how the experts' opinions combine. A value with one writer;
/// people's states stand beside it and are passed in.
///
/// - Complexity: a prediction and an update are O(skills of the question × log of the person's skills) and allocate
///   only when a person meets a skill or a question for the first time.
public struct LearnerModel: Equatable, Sendable {
    public let coefficients: LearnerCoefficients
    var questions: [QuestionState]
    var skills: [SkillState]
    /// 32 contexts a skill (last outcomes), and 64 (tries, streak).
    var historyCells: [RateCell]
    var runCells: [RateCell]
    var skillOrder: [ContextCell]
    var questionOrder: [ContextCell]
    var sharedSlopes: SIMD8<Float>
    var mixer: Mixer
    var calibration = Calibration()
    var goodCurve = GoodCurve()
    /// Answers learned from since the model began.
    public internal(set) var answers = 0

    /// The most questions and skills that a model holds.
    public static let questionsMax = 4_000_000
    public static let skillsMax = 200_000

    /// A model that knows `questionCount` questions and `skillCount` skills by number and nothing else of them.
    /// - Throws: `CoefficientsError` or `LearnerInputError.number`.
    public init(coefficients: LearnerCoefficients, questionCount: Int = 0, skillCount: Int = 0) throws {
        try coefficients.check()
        self.coefficients = coefficients
        questions = []
        skills = []
        historyCells = []
        runCells = []
        skillOrder = Array(repeating: ContextCell(), count: 1 << ContextSlot.skillBits)
        questionOrder = Array(repeating: ContextCell(), count: 1 << ContextSlot.questionBits)
        var slopes = SIMD8<Float>(repeating: 0)
        for (index, value) in coefficients.mixer.slopes.enumerated() { slopes[index] = value }
        sharedSlopes = slopes
        mixer = Mixer(coefficients.mixer)
        try grow(questionCount: questionCount, skillCount: skillCount)
    }

    public var questionCount: Int { questions.count }
    public var skillCount: Int { skills.count }

    /// Makes the model know at least so many questions and skills.
    public mutating func grow(questionCount: Int, skillCount: Int) throws(LearnerInputError) {
        guard (0...Self.questionsMax).contains(questionCount) else {
            throw .number(field: "questions", received: questionCount, allowed: 0...Self.questionsMax)
        }
        guard (0...Self.skillsMax).contains(skillCount) else {
            throw .number(field: "skills", received: skillCount, allowed: 0...Self.skillsMax)
        }
        while questions.count < questionCount { questions.append(QuestionState(coefficients: coefficients)) }
        let missing = skillCount - skills.count
        guard missing > 0 else { return }
        let fresh = SkillState(easeVariance: coefficients.beliefs.easeVariance)
        skills.append(contentsOf: repeatElement(fresh, count: missing))
        historyCells.append(contentsOf: repeatElement(RateCell(), count: 32 * missing))
        runCells.append(contentsOf: repeatElement(RateCell(), count: 64 * missing))
    }

    /// What is known of a question.
    /// - Precondition: `question` is below `questionCount`.
    public subscript(question: Int32) -> QuestionState {
        get { questions[Int(question)] }
        set { questions[Int(question)] = newValue }
    }

    /// What this person would score.
    ///
    /// - Parameters:
    ///   - question: nil asks for a typical question of these skills.
    ///   - seconds: the time on the person's clock; nil is one answer after the last.
    /// - Precondition: numbers are below `questionCount` and `skillCount`.
    public func predict(
        _ person: PersonState, question: Int32?, skills: SkillTags, seconds: Double? = nil
    ) -> Prediction {
        let evidence = evidence(person, question: question, skills: skills, seconds: seconds)
        return prediction(evidence, logit: mixer.logit(mixer.standard(evidence.features), evidence))
    }

    /// Predicts and then learns from the answer. An earlier time than the person's latest counts as that.
    ///
    /// - Returns: what `predict` would have said before.
    /// - Throws: `LearnerInputError.score` outside 0...1; nothing has changed then.
    /// - Precondition: numbers are below `questionCount` and `skillCount`.
    @discardableResult
    public mutating func answer(
        _ person: inout PersonState, question: Int32, skills: SkillTags, score: Float, seconds: Double? = nil
    ) throws(LearnerInputError) -> Prediction {
        guard score >= 0, score <= 1 else { throw .score(score) }
        let evidence = evidence(person, question: question, skills: skills, seconds: seconds)
        let standard = mixer.standard(evidence.features)
        let logit = mixer.logit(standard, evidence)
        let prediction = prediction(evidence, logit: logit)
        learnShared(person, evidence, question: question, tags: skills, score: score)
        learnPerson(&person, evidence, question: question, tags: skills, score: score)
        let plain = Elementary.logistic(logit)
        let learning = coefficients.learning
        let span = 1 - learning.guessFloor - learning.slipFloor
        let spread = prediction.probability * (1 - prediction.probability)
        let slope = (score - prediction.probability) * span * plain * (1 - plain) / max(spread, 1e-6)
        mixer.learn(standard, evidence, slope: slope, learning: learning)
        goodCurve.learn(logit, good: score >= learning.goodScore)
        answers += 1
        return prediction
    }

    /// Learns about the person alone: for answers that the model has learned from before. A person's state is made anew
    /// so where an answer was edited or deleted, came late, or where the profile changed.
    ///
    /// - Returns, throws and requires: as `answer`.
    @discardableResult
    public func review(
        _ person: inout PersonState, question: Int32, skills: SkillTags, score: Float, seconds: Double? = nil
    ) throws(LearnerInputError) -> Prediction {
        guard score >= 0, score <= 1 else { throw .score(score) }
        let evidence = evidence(person, question: question, skills: skills, seconds: seconds)
        learnPerson(&person, evidence, question: question, tags: skills, score: score)
        return prediction(evidence, logit: mixer.logit(mixer.standard(evidence.features), evidence))
    }

    @inline(__always)
    func prediction(_ evidence: Evidence, logit: Float) -> Prediction {
        let variance =
            calibration.dispersion
            * (evidence.variance + (calibration.spread - 1) * evidence.personVariance)
        let reach = coefficients.learning.intervalDeviations * variance.squareRoot()
        return Prediction(
            probability: linked(logit), lower: linked(logit - reach), upper: linked(logit + reach),
            good: Prediction.Chance(
                probability: linked(goodCurve.logit(logit)), lower: linked(goodCurve.logit(logit - reach)),
                upper: linked(goodCurve.logit(logit + reach))))
    }

    /// The logistic curve between the floor of guessing and that of slips.
    @inline(__always)
    private func linked(_ logit: Float) -> Float {
        let learning = coefficients.learning
        return learning.guessFloor
            + (1 - learning.guessFloor - learning.slipFloor) * Elementary.logistic(logit)
    }
}
