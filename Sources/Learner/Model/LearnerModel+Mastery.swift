/// How well a person would do on a typical question of a skill.
public struct SkillMastery: Equatable, Sendable {
    public let skill: Int32
    public let expected: Prediction
    /// Answers of this person in this skill.
    public let answers: Int
}

extension LearnerModel {
    /// Mastery of the given skills, weakest first; ties in order of skill. Takes O(skills × log skills) predictions'
    /// time. Skills never practised are estimated from ability, the profile and the skill's own difficulty.
    ///
    /// The logit is half the mixer's and half the Gaussian model's: the mixer knows the very next answer best, and on
    /// every log tried the mean of both ordered a person's skills better than either.
    /// - Precondition: skills are below `skillCount`.
    public func mastery(
        _ person: PersonState, skills: some Sequence<Int32>, seconds: Double? = nil
    ) -> [SkillMastery] {
        // Of a later visit to the skill, not of the next answer in a run of it.
        var rested = person
        rested.leaveSkill()
        let found = skills.map { skill in
            let someone = skill == person.lastSkill ? rested : person
            let evidence = evidence(someone, question: nil, skills: SkillTags(skill), seconds: seconds)
            let mixed = mixer.logit(mixer.standard(evidence.features), evidence)
            return SkillMastery(
                skill: skill, expected: prediction(evidence, logit: (mixed + evidence.combined) / 2),
                answers: Int(person.trace(of: skill)?.tries ?? 0))
        }
        return found.sorted { ($0.expected.probability, $0.skill) < ($1.expected.probability, $1.skill) }
    }
}
