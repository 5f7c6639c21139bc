/// Where each expert's opinion and each count stands in the vector that the mixer reads.
///
/// None names a person, a skill or a question: what the mixer learns on one log holds for another.
enum Features {
    static var count: Int { 32 }

    static var one: Int { 0 }
    /// Logit of the Gaussian model: ability + skill residual + ease of skill and question, drawn to 0 by its variance.
    static var combined: Int { 1 }
    static var ability: Int { 2 }
    /// Residuals of (earlier skill, its last outcome, this skill, tries) and of (last question, its outcome, this one).
    static var skillOrder: Int { 3 }
    static var questionOrder: Int { 4 }
    static var skillEase: Int { 5 }
    static var questionEase: Int { 6 }
    /// Logit of the regression with slopes of its own for every skill.
    static var slopes: Int { 7 }
    /// Logits of success by (skill, last four outcomes), (question, last outcome on it), (skill, tries, streak).
    static var skillHistory: Int { 8 }
    static var questionHistory: Int { 9 }
    static var skillRun: Int { 10 }
    static var successes: Int { 11 }
    static var failures: Int { 12 }
    static var recentOverall: Int { 13 }
    static var experience: Int { 14 }
    static var questionLast: Int { 15 }
    static var questionTries: Int { 16 }
    static var questionRecency: Int { 17 }
    static var sameSkill: Int { 18 }
    static var newSkill: Int { 19 }
    static var sameSkillRun: Int { 20 }
    static var skillVariance: Int { 21 }
    static var questionVariance: Int { 22 }
    /// Residual of (question, band of ability).
    static var abilityBand: Int { 23 }
    static var severalSkills: Int { 24 }
    static var streak: Int { 25 }
    static var failureStreak: Int { 26 }
    static var questionAnswers: Int { 27 }
    /// 1 - retention, and ln(1 + days) since the skill was last practised.
    static var forgotten: Int { 28 }
    static var elapsed: Int { 29 }
    /// How much better than the Gaussian model expected the last thirty answers or so were.
    static var surprise: Int { 30 }
    /// Residual of (question before the last, its outcome, this one).
    static var questionBefore: Int { 31 }

    /// Gates open one of six by tries in the skill, one of six by (skill new, same, returning; question met before),
    /// and one of four by the person's experience.
    static var gateCount: Int { 16 }

    @inline(__always)
    static func triesGate(_ tries: Float) -> Int { tries < 3 ? Int(tries) : tries < 6 ? 3 : tries < 12 ? 4 : 5 }

    @inline(__always)
    static func experienceGate(_ answers: Int32) -> Int { answers < 5 ? 0 : answers < 20 ? 1 : answers < 100 ? 2 : 3 }
}
