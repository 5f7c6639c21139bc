extension LearnerModel {
    static let secondsPerDay: Double = 86_400

    /// A person's trace of a skill as it is before the first answer.
    @inline(__always)
    func freshTrace(_ skill: Int32) -> SkillTrace {
        SkillTrace(
            skill: skill, residual: Gaussian(mean: 0, variance: coefficients.beliefs.skillVariance),
            halfLifeLog2: coefficients.memory.firstHalfLifeLog2)
    }

    @inline(__always)
    func clock(_ person: PersonState, _ seconds: Double?) -> Double {
        guard let seconds else { return person.seconds + coefficients.memory.secondsPerAnswer }
        return person.answers == 0 ? seconds : max(seconds, person.seconds)
    }

    @inline(__always)
    func widenedAbility(_ person: PersonState) -> Float {
        min(person.ability.variance + coefficients.beliefs.abilityDrift, coefficients.beliefs.abilityVariance)
    }

    /// The variance of a person's skill now: it widens with what came since.
    @inline(__always)
    func widenedSkill(_ trace: SkillTrace, step: Int32, days: Float) -> Float {
        guard trace.lastStep >= 0 else { return trace.residual.variance }
        let beliefs = coefficients.beliefs
        let steps = Elementary.log(Float(1 + step - trace.lastStep))
        let drift = beliefs.skillDrift * steps + beliefs.skillDriftPerDay * Elementary.logOnePlus(days)
        return min(trace.residual.variance + drift, max(beliefs.skillVariance, trace.residual.variance))
    }

    /// Reads states and changes none.
    @inline(__always)
    func evidence(_ person: PersonState, question: Int32?, skills tags: SkillTags, seconds: Double?) -> Evidence {
        var evidence = Evidence()
        var order = ContextCell()
        var before = ContextCell()
        if let question {
            // The cells lie anywhere in a megabyte: read first, they are there when they are needed.
            evidence.questionOrderSlot = ContextSlot(
                person.lastQuestion, question, person.lastGood ? 1 : 0, bits: ContextSlot.questionBits)
            evidence.questionBeforeSlot = ContextSlot(
                person.questionBefore, question, person.questionBeforeGood ? 3 : 2, bits: ContextSlot.questionBits)
            order = questionOrder[evidence.questionOrderSlot.index]
            before = questionOrder[evidence.questionBeforeSlot.index]
        }
        evidence.seconds = clock(person, seconds)
        let skill = skillEvidence(person, tags, seconds: evidence.seconds)
        let asked = question.map { questionEvidence(person, $0) } ?? QuestionEvidence(typicalOf: skill)
        evidence.typical = asked.typical(skillEase: skill.ease)
        combine(&evidence, person, skill, asked)
        fill(&evidence, person, tags, skill, asked)
        evidence.abilityBand = person.ability.mean < -0.4 ? 0 : person.ability.mean > 0.4 ? 2 : 1
        if let question {
            evidence.features[Features.abilityBand] = questions[Int(question)].ability(evidence.abilityBand).shift
            evidence.features[Features.questionOrder] = order.shift(of: evidence.questionOrderSlot.tag)
            evidence.features[Features.questionBefore] = before.shift(of: evidence.questionBeforeSlot.tag)
        }
        return evidence
    }

    @inline(__always)
    private func questionEvidence(_ person: PersonState, _ question: Int32) -> QuestionEvidence {
        let state = questions[Int(question)]
        var asked = QuestionEvidence()
        asked.place = person.questionPlace(question)
        if asked.place < person.questions.count, person.questions[asked.place].question == question {
            asked.met = person.questions[asked.place]
        }
        asked.context = asked.met.context(good: coefficients.learning.goodScore)
        asked.ease = state.ease.mean
        asked.variance = state.ease.variance
        let history = state.history(asked.context)
        asked.trust = history.trust
        asked.history = asked.trust * Elementary.logit(history.rate)
        asked.answers = 0.2 * Elementary.logOnePlus(state.answers)
        return asked
    }

    /// The Gaussian model's opinion and that of the regressions.
    @inline(__always)
    private func combine(
        _ evidence: inout Evidence, _ person: PersonState, _ skill: SkillEvidence, _ asked: QuestionEvidence
    ) {
        evidence.personVariance = widenedAbility(person) + skill.variance
        evidence.variance = evidence.personVariance + skill.easeVariance + asked.variance
        let loss = coefficients.memory.loss * skill.forgotten
        let known = coefficients.beliefs.baseline + person.ability.mean + skill.residual - loss
        evidence.combined = (known + skill.ease + asked.ease) / evidence.flattening
        evidence.slopesLogit = skill.slopes + person.ability.mean + asked.ease
        evidence.questionContext = asked.context
        evidence.sameSkill = skill.same
        evidence.firstInputs = skill.firstInputs
        evidence.firstPlace = skill.firstPlace
        evidence.questionPlace = asked.place
    }

    @inline(__always)
    private func fill(
        _ evidence: inout Evidence, _ person: PersonState, _ tags: SkillTags, _ skill: SkillEvidence,
        _ asked: QuestionEvidence
    ) {
        let step = person.answers
        let met = asked.met
        let earlier = skill.same ? person.earlierSkill : person.lastSkill
        let earlierGood = skill.same ? person.earlierGood : person.lastGood
        evidence.skillOrderSlot = ContextSlot(
            earlier, tags[0], (earlierGood ? 8 : 0) + min(Int(skill.triesLeast), 5), bits: ContextSlot.skillBits)
        var x = FeatureVector(repeating: 0)
        x[Features.skillOrder] = skillOrder[evidence.skillOrderSlot.index].shift(of: evidence.skillOrderSlot.tag)
        // Rates of contexts with few answers say what the Gaussian model says.
        x[Features.skillHistory] = skill.history + (1 - skill.historyTrust) * evidence.combined
        x[Features.skillRun] = skill.run + (1 - skill.runTrust) * evidence.combined
        x[Features.questionHistory] = asked.history + (1 - asked.trust) * evidence.combined
        x[Features.one] = 1
        x[Features.combined] = evidence.combined
        x[Features.ability] = person.ability.mean
        x[Features.skillEase] = skill.ease
        x[Features.questionEase] = asked.ease
        x[Features.slopes] = evidence.slopesLogit
        x[Features.successes] = skill.successes
        x[Features.failures] = skill.failures
        x[Features.recentOverall] = 2 * person.recentSum / (person.recentWeight + 1)
        x[Features.experience] = 0.3 * Elementary.logOnePlus(Float(step))
        if met.tries > 0 {
            x[Features.questionLast] = 2 * met.lastScore - 1
            x[Features.questionTries] = Elementary.logOnePlus(met.tries)
            x[Features.questionRecency] = 1 / (1 + Elementary.log(Float(1 + step - met.lastStep)))
        }
        x[Features.sameSkill] = skill.same ? 1 : 0
        x[Features.newSkill] = skill.fresh
        x[Features.sameSkillRun] = skill.same ? 0.5 * Elementary.logOnePlus(person.sameSkillRun) : 0
        x[Features.skillVariance] = skill.variance
        x[Features.questionVariance] = asked.variance
        x[Features.questionAnswers] = asked.answers
        x[Features.severalSkills] = tags.count > 1 ? 1 : 0
        x[Features.streak] = 0.2 * skill.streak
        x[Features.failureStreak] = 0.5 * min(skill.streak, 0)
        x[Features.forgotten] = skill.forgotten
        x[Features.elapsed] = skill.elapsed > 0 ? Elementary.logOnePlus(skill.elapsed) : 0
        x[Features.surprise] = person.surprise
        evidence.features = x
        evidence.triesGate = Features.triesGate(skill.triesLeast)
        evidence.relationGate = (skill.fresh > 0 ? 0 : skill.same ? 1 : 2) + (met.tries > 0 ? 3 : 0)
        evidence.experienceGate = Features.experienceGate(step)
    }
}
