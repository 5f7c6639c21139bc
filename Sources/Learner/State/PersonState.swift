/// All that is known of one person: a value that is stored with `bytes()` and read back with `init(bytes:)`.
///
/// The same prior and the same answers in the same order give the same state, bit for bit.
public struct PersonState: Equatable, Sendable {
    /// Questions remembered one by one; beyond, the least recently answered is forgotten (its effect on the rest stays).
    public static let questionsMax = 4_096
    /// Skills remembered one by one; beyond, the least recently practised is forgotten.
    public static let skillsMax = 4_096

    /// General ability on the logit scale; 0 is the population's mean.
    public internal(set) var ability: Gaussian
    public internal(set) var answers: Int32 = 0
    /// The person's clock: seconds since any fixed moment, of the latest answer.
    public internal(set) var seconds: Double = 0
    /// Ordered by skill.
    public internal(set) var skills: [SkillTrace] = []
    /// Ordered by question.
    var questions: [QuestionTrace] = []

    var recentSum: Float = 0
    var recentWeight: Float = 0
    /// Exponentially weighted differences between scores and what the Gaussian model expected.
    var surprise: Float = 0
    var lastSkill: Int32 = -1
    var lastQuestion: Int32 = -1
    var lastGood = false
    /// The question before the last, and whether its answer was good.
    var questionBefore: Int32 = -1
    var questionBeforeGood = false
    /// The skill before the present run of one skill, and whether its last answer was good.
    var earlierSkill: Int32 = -1
    var earlierGood = false
    var sameSkillRun: Float = 0

    /// A person of whom only a prior is known.
    public init(prior: PersonPrior = PersonPrior(), coefficients: LearnerCoefficients) {
        let beliefs = coefficients.beliefs
        ability = Gaussian(mean: prior.abilityShift(beliefs), variance: beliefs.abilityVariance)
        for (skill, shift) in prior.skillShifts(beliefs).prefix(Self.skillsMax) {
            skills.append(
                SkillTrace(
                    skill: skill, residual: Gaussian(mean: shift, variance: beliefs.skillVariance),
                    halfLifeLog2: coefficients.memory.firstHalfLifeLog2))
        }
    }

    /// The trace of a skill, nil before the first answer where nothing was declared. Takes O(log skills).
    public func trace(of skill: Int32) -> SkillTrace? {
        let place = skillPlace(skill)
        return place < skills.count && skills[place].skill == skill ? skills[place] : nil
    }

    /// Forgets which skill and question came last.
    mutating func leaveSkill() {
        lastSkill = -1
        lastQuestion = -1
        questionBefore = -1
        questionBeforeGood = false
        earlierSkill = -1
        lastGood = false
        earlierGood = false
        sameSkillRun = 0
    }

    @inline(__always)
    func skillPlace(_ skill: Int32) -> Int {
        var low = 0
        var high = skills.count
        while low < high {
            let middle = (low + high) / 2
            if skills[middle].skill < skill { low = middle + 1 } else { high = middle }
        }
        return low
    }

    @inline(__always)
    func questionPlace(_ question: Int32) -> Int {
        var low = 0
        var high = questions.count
        while low < high {
            let middle = (low + high) / 2
            if questions[middle].question < question { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Makes room where the skill is new, and returns its place.
    /// - Parameter place: what `skillPlace` says.
    @inline(__always)
    mutating func insertSkill(_ fresh: SkillTrace, at place: Int) -> Int {
        var place = place
        if place < skills.count, skills[place].skill == fresh.skill { return place }
        if skills.count >= Self.skillsMax,
            let oldest = skills.indices.min(by: { skills[$0].lastStep < skills[$1].lastStep })
        {
            skills.remove(at: oldest)
            place = skillPlace(fresh.skill)
        }
        skills.insert(fresh, at: place)
        return place
    }

    @inline(__always)
    mutating func insertQuestion(_ question: Int32, at place: Int) -> Int {
        var place = place
        if place < questions.count, questions[place].question == question { return place }
        if questions.count >= Self.questionsMax,
            let oldest = questions.indices.min(by: { questions[$0].lastStep < questions[$1].lastStep })
        {
            questions.remove(at: oldest)
            place = questionPlace(question)
        }
        questions.insert(QuestionTrace(question: question), at: place)
        return place
    }
}
