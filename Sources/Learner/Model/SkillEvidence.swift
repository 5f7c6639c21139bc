/// What a person's traces and the skills' states say of a question's skills: means over the tags, but where stated.
struct SkillEvidence {
    var residual: Float = 0
    var variance: Float = 0
    var ease: Float = 0
    var easeVariance: Float = 0
    var slopes: Float = 0
    /// Of the first tag, which the update uses again: the regression's inputs and the trace's place.
    var firstInputs = SIMD8<Float>(repeating: 0)
    var firstPlace = 0
    /// Logits of rates times their trust, and the trust.
    var history: Float = 0
    var historyTrust: Float = 0
    var run: Float = 0
    var runTrust: Float = 0
    var successes: Float = 0
    var failures: Float = 0
    var streak: Float = 0
    var forgotten: Float = 0
    /// The longest absence, in days.
    var elapsed: Float = 0
    /// The share of skills never practised.
    var fresh: Float = 0
    /// The least practised skill's tries.
    var triesLeast = Float.greatestFiniteMagnitude
    /// Whether one of them was answered last.
    var same = false
    var typical = SIMD4<Float>(repeating: 0)
}

/// What is known of the question asked.
struct QuestionEvidence {
    var met = QuestionTrace(question: -1)
    /// The place of its trace, or where it would be.
    var place = 0
    var context = 0
    var ease: Float = 0
    var variance: Float = 0
    /// The logit of the rate by history times its trust, and the trust.
    var history: Float = 0
    var trust: Float = 1
    var answers: Float = 0

    init() {}
}

extension QuestionEvidence {
    /// What `SkillState.typical` averages.
    @inline(__always)
    func typical(skillEase: Float) -> SIMD4<Float> { SIMD4(skillEase + ease, history, trust, answers) }

    /// A question like those that the skills' answers were about.
    @inline(__always)
    init(typicalOf skill: SkillEvidence) {
        ease = skill.typical[TypicalQuestion.ease] - skill.ease
        history = skill.typical[TypicalQuestion.history]
        trust = skill.typical[TypicalQuestion.trust]
        answers = skill.typical[TypicalQuestion.answers]
    }
}

extension LearnerModel {
    @inline(__always)
    func skillEvidence(_ person: PersonState, _ tags: SkillTags, seconds: Double) -> SkillEvidence {
        var sum = SkillEvidence()
        let share = 1 / Float(tags.count)
        let step = person.answers
        for index in 0..<tags.count {
            let skill = tags[index]
            let state = skills[Int(skill)]
            let place = person.skillPlace(skill)
            let known = place < person.skills.count && person.skills[place].skill == skill
            let trace = known ? person.skills[place] : freshTrace(skill)
            let seen = trace.lastStep >= 0
            let days = seen ? Float((seconds - trace.lastSeconds) / Self.secondsPerDay) : 0
            sum.residual += share * trace.residual.mean
            sum.variance += share * share * widenedSkill(trace, step: step, days: days)
            sum.ease += share * state.ease.mean
            sum.easeVariance += share * share * state.ease.variance
            sum.typical += share * state.typical
            let inputs = SlopeInputs.of(trace, step: step)
            if index == 0 {
                sum.firstInputs = inputs
                sum.firstPlace = place
            }
            sum.slopes += share * SlopeInputs.sum((state.slopes + sharedSlopes) * inputs)
            let history = historyCells[Int(skill) * 32 + Int(trace.history)]
            let run = runCells[Int(skill) * 64 + trace.runContext]
            sum.historyTrust += share * history.trust
            sum.runTrust += share * run.trust
            sum.history += share * history.trust * Elementary.logit(history.rate)
            sum.run += share * run.trust * Elementary.logit(run.rate)
            if seen {
                sum.successes += share * inputs[1]
                sum.failures += share * inputs[2]
                sum.streak += share * trace.streak
                if days > 0 {
                    sum.forgotten += share * (1 - retention(trace, days: days))
                    sum.elapsed = max(sum.elapsed, days)
                }
            } else {
                sum.fresh += share
            }
            sum.triesLeast = min(sum.triesLeast, trace.tries)
            sum.same = sum.same || skill == person.lastSkill
        }
        return sum
    }
}
