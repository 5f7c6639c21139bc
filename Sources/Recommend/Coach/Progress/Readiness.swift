public import Learner

/// How ready a person is for a post: what they are expected to score on a typical question of each need.
public struct Readiness: Equatable, Sendable {
    public struct Need: Equatable, Sendable {
        public let name: String
        /// The need's share of the whole, 0...1; all add up to 1.
        public let share: Double
        /// Of a typical question of the need's skills: their mean. An interval of about 90 %; 0...1.
        public let expected: Double
        public let lower: Double
        public let upper: Double
        /// Answers of this person in the need's skills.
        public let answers: Int
    }

    /// A question by which readiness would rise.
    public struct Step: Equatable, Sendable {
        public let question: Int32
        /// By how much the overall figure is expected to rise through practising it, as an estimate on which an order
        /// can be based: the step of learning is assumed (`learningStep`), not known.
        public let raise: Double
        public let expected: Prediction
        /// The need that gains most.
        public let need: String
    }

    /// In the order given; needs of no weight or with no skill that the model knows are left out.
    public let needs: [Need]
    /// The mean over the needs by share; nil where no need is left.
    public let overall: Double?
    public let lower: Double?
    public let upper: Double?

    /// Logits by which a question inside the target band is assumed to raise each of its skills.
    public static let learningStep = 0.15
    public static let needsMax = 100

    private let skills: [Int32: (mastery: Prediction, share: Double, need: String)]

    /// The interval of the whole takes the needs' errors as wholly common, because they share the person's ability: it is
    /// not narrower than the truth, and may be wider. O(skills of the needs × log of them).
    ///
    /// - Throws: `CoachInputError` for more than `needsMax` needs or a weight outside 0...1,000,000.
    public init(
        _ person: PersonState, needs: [SkillNeed], model: LearnerModel, seconds: Double
    ) throws(CoachInputError) {
        guard needs.count <= Self.needsMax else {
            throw .count(field: "needs", received: needs.count, allowed: 0...Self.needsMax)
        }
        for (index, need) in needs.enumerated() where !(0...1e6).contains(need.weight) {
            throw .setting(field: "needs[\(index)].weight", received: need.weight, allowed: 0...1e6)
        }
        let used = needs.map { need in
            (need: need, skills: Set(need.skills.filter { $0 >= 0 && Int($0) < model.skillCount }).sorted())
        }.filter { $0.need.weight > 0 && !$0.skills.isEmpty }
        let total = used.reduce(0) { $0 + $1.need.weight }
        let asked = Set(used.flatMap(\.skills))
        var masteries: [Int32: SkillMastery] = [:]
        for mastery in model.mastery(person, skills: asked.sorted(), seconds: seconds) {
            masteries[mastery.skill] = mastery
        }
        var found: [Need] = []
        var skills: [Int32: (mastery: Prediction, share: Double, need: String)] = [:]
        for entry in used {
            let share = entry.need.weight / total
            let known = entry.skills.compactMap { masteries[$0] }
            let mean = { (part: (Prediction) -> Float) in
                known.reduce(0) { $0 + Double(part($1.expected)) } / Double(known.count)
            }
            found.append(
                Need(
                    name: entry.need.name, share: share, expected: mean { $0.probability }, lower: mean { $0.lower },
                    upper: mean { $0.upper }, answers: known.reduce(0) { $0 + $1.answers }))
            for mastery in known {
                let part = share / Double(known.count)
                let before = skills[mastery.skill]
                skills[mastery.skill] = (
                    mastery.expected, part + (before?.share ?? 0), before?.need ?? entry.need.name
                )
            }
        }
        self.needs = found
        self.skills = skills
        overall = found.isEmpty ? nil : found.reduce(0) { $0 + $1.share * $1.expected }
        lower = found.isEmpty ? nil : found.reduce(0) { $0 + $1.share * $1.lower }
        upper = found.isEmpty ? nil : found.reduce(0) { $0 + $1.share * $1.upper }
    }

    /// The questions that would raise readiness most, the best first; ties in order of question. Questions that practise
    /// none of the needs' skills are left out. O(candidates × prediction).
    ///
    /// A question's raise is the assumed step of learning, times the target band's share at the question's expected score,
    /// times how steeply each of its skills' mastery rises with ability, p (1 - p), by the skill's share of the whole.
    public func steps(
        from candidates: [CoachCandidate], person: PersonState, model: LearnerModel, seconds: Double,
        band: TargetBand = TargetBand(), limit: Int = 10
    ) -> [Step] {
        var steps: [Step] = []
        for candidate in candidates where candidate.question >= 0 && Int(candidate.question) < model.questionCount {
            var gain = 0.0
            var best: (gain: Double, need: String)?
            for index in 0..<candidate.skills.count {
                guard let skill = skills[candidate.skills[index]] else { continue }
                let mastery = Double(skill.mastery.probability)
                let part = skill.share * mastery * (1 - mastery)
                gain += part
                if part > best?.gain ?? 0 { best = (part, skill.need) }
            }
            guard let best, isKnown(candidate.skills, model) else { continue }
            let expected = model.predict(
                person, question: candidate.question, skills: candidate.skills, seconds: seconds)
            let raise = Self.learningStep * band.expectedShare(expected) * gain
            steps.append(
                Step(
                    question: candidate.question, raise: raise * CandidateScoring.share(candidate.health),
                    expected: expected, need: best.need))
        }
        steps.sort { ($1.raise, $0.question) < ($0.raise, $1.question) }
        return Array(steps.prefix(max(limit, 0)))
    }

    private func isKnown(_ tags: SkillTags, _ model: LearnerModel) -> Bool {
        for index in 0..<tags.count where Int(tags[index]) >= model.skillCount { return false }
        return true
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.needs == right.needs && left.overall == right.overall && left.lower == right.lower
            && left.upper == right.upper
    }
}
