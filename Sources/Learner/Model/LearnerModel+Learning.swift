extension LearnerModel {
    /// No belief gets narrower: the world moves.
    private static let easeVarianceMin: Float = 0.0005
    private static let personVarianceMin: Float = 0.001
    /// The answers over which a skill's typical question is averaged.
    private static let typicalAnswers: Float = 2_000

    /// Moves the shared state by one answer of this person, who has not learned from it yet.
    @inline(__always)
    mutating func learnShared(
        _ person: PersonState, _ evidence: Evidence, question: Int32, tags: SkillTags, score: Float
    ) {
        let share = 1 / Float(tags.count)
        let step = GaussianStep(evidence, score: score)
        let slopeError = (score - Elementary.logistic(evidence.slopesLogit)) * share
        let precision = 1 / coefficients.beliefs.residualVariance
        let base = evidence.slopesLogit

        calibration.learn(
            error: step.error, plain: step.plain, slope: step.plain * (1 - step.plain) / evidence.flattening,
            last: person.trace(of: tags[0]))
        learnQuestion(evidence, question, tags, score: score, step: step)
        skillOrder[evidence.skillOrderSlot.index].learn(
            tag: evidence.skillOrderSlot.tag, base: base, score: score, priorPrecision: precision)
        questionOrder[evidence.questionOrderSlot.index].learn(
            tag: evidence.questionOrderSlot.tag, base: base, score: score, priorPrecision: precision)
        questionOrder[evidence.questionBeforeSlot.index].learn(
            tag: evidence.questionBeforeSlot.tag, base: base, score: score, priorPrecision: precision)
        for index in 0..<tags.count {
            let number = Int(tags[index])
            let place = index == 0 ? evidence.firstPlace : person.skillPlace(tags[index])
            let known = place < person.skills.count && person.skills[place].skill == tags[index]
            let trace = known ? person.skills[place] : freshTrace(tags[index])
            let inputs = index == 0 ? evidence.firstInputs : SlopeInputs.of(trace, step: person.answers)
            learnSkill(number, trace, inputs: inputs, score: score, slopeError: slopeError)
            skills[number].ease.learn(
                weight: share, gradient: step.gradient, curvature: step.curvature, floor: Self.easeVarianceMin)
        }
    }

    /// Moves the person's state by one answer.
    @inline(__always)
    func learnPerson(
        _ person: inout PersonState, _ evidence: Evidence, question: Int32, tags: SkillTags, score: Float
    ) {
        let good = score >= coefficients.learning.goodScore
        let share = 1 / Float(tags.count)
        let now = person.answers
        let step = GaussianStep(evidence, score: score)
        person.ability.variance = widenedAbility(person)
        let abilityVariance = person.ability.variance
        person.ability.learn(
            weight: 1, gradient: step.gradient, curvature: step.curvature, floor: Self.personVarianceMin)
        for index in 0..<tags.count {
            let place = person.insertSkill(
                freshTrace(tags[index]), at: index == 0 ? evidence.firstPlace : person.skillPlace(tags[index]))
            var trace = person.skills[place]
            let days = trace.lastStep >= 0 ? Float((evidence.seconds - trace.lastSeconds) / Self.secondsPerDay) : 0
            trace.residual.variance = widenedSkill(trace, step: now, days: days)
            trace.error = step.error
            trace.moved = (abilityVariance + share * trace.residual.variance) * step.gradient
            trace.residual.learn(
                weight: share, gradient: step.gradient, curvature: step.curvature, floor: Self.personVarianceMin)
            remember(&trace, score: score, days: days)
            trace.count(score, good: good, step: now, seconds: evidence.seconds)
            person.skills[place] = trace
        }
        count(&person, evidence, question: question, skill: tags[0], score: score, good: good)
    }

    @inline(__always)
    private mutating func learnQuestion(
        _ evidence: Evidence, _ question: Int32, _ tags: SkillTags, score: Float, step: GaussianStep
    ) {
        questions[Int(question)].learn(
            evidence, step, score: score, precision: 1 / coefficients.beliefs.residualVariance)
        for index in 0..<tags.count {
            let skill = Int(tags[index])
            skills[skill].answers += 1
            let rate = 1 / min(skills[skill].answers, Self.typicalAnswers)
            skills[skill].typical += (evidence.typical - skills[skill].typical) * rate
        }
    }

    @inline(__always)
    private mutating func learnSkill(
        _ number: Int, _ trace: SkillTrace, inputs: SIMD8<Float>, score: Float, slopeError: Float
    ) {
        let slope = inputs * slopeError
        skills[number].slopeSquares += slope * slope
        skills[number].slopes += coefficients.learning.slopeRate * slope / skills[number].slopeSquares.squareRoot()
        historyCells[number * 32 + Int(trace.history)].learn(score, limit: 400)
        runCells[number * 64 + trace.runContext].learn(score, limit: 400)
    }

    @inline(__always)
    private func count(
        _ person: inout PersonState, _ evidence: Evidence, question: Int32, skill: Int32, score: Float, good: Bool
    ) {
        person.recentSum = person.recentSum * 0.7 + score - 0.7
        person.recentWeight = person.recentWeight * 0.7 + 1
        person.surprise = 0.97 * person.surprise + 0.17 * (score - Elementary.logistic(evidence.combined))
        if !evidence.sameSkill {
            person.earlierSkill = person.lastSkill
            person.earlierGood = person.lastGood
        }
        let place = person.insertQuestion(question, at: evidence.questionPlace)
        person.questions[place].tries += 1
        person.questions[place].lastScore = score
        person.questions[place].lastStep = person.answers
        person.sameSkillRun = evidence.sameSkill ? person.sameSkillRun + 1 : 0
        person.lastSkill = skill
        person.questionBefore = person.lastQuestion
        person.questionBeforeGood = person.lastGood
        person.lastQuestion = question
        person.lastGood = good
        person.seconds = evidence.seconds
        // An answer a second for sixty years stays below; the counter rests there instead of trapping.
        person.answers = min(person.answers, .max - 2) + 1
    }
}

extension QuestionState {
    /// No belief gets narrower: the world moves.
    private static var varianceMin: Float { 0.002 }

    /// - Parameter precision: of the prior of what is left to explain.
    @inline(__always)
    mutating func learn(_ evidence: Evidence, _ step: GaussianStep, score: Float, precision: Float) {
        ease.learn(weight: 1, gradient: step.gradient, curvature: step.curvature, floor: Self.varianceMin)
        answers += 1
        learnHistory(evidence.questionContext, score)
        learnAbility(evidence.abilityBand, base: evidence.slopesLogit, score: score, priorPrecision: precision)
    }
}

/// What one answer says of the sum of the Gaussian model's parts: the likelihood's slope and curvature, damped by what
/// is uncertain in the sum.
struct GaussianStep {
    /// What was expected, and the score less that.
    let plain: Float
    let error: Float
    let gradient: Float
    let curvature: Float

    @inline(__always)
    init(_ evidence: Evidence, score: Float) {
        plain = Elementary.logistic(evidence.combined)
        error = score - plain
        let hessian = max(plain * (1 - plain), 0.05)
        let damping = 1 / (1 + hessian * evidence.variance)
        gradient = error * damping
        curvature = hessian * damping
    }
}
