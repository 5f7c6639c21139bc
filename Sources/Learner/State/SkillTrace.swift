/// What is known of one person in one skill.
public struct SkillTrace: Equatable, Sendable {
    public let skill: Int32
    /// How far this person is above (or below) their general ability in this skill, on the logit scale.
    public internal(set) var residual: Gaussian
    /// Answers in this skill, and the sums of their scores and of what was missing from full scores.
    public internal(set) var tries: Float = 0
    public internal(set) var successes: Float = 0
    public internal(set) var failures: Float = 0
    /// Exponentially weighted outcomes, -1 to 1: the last three answers or so, and the last eight.
    var recent: Float = 0
    var trend: Float = 0
    /// Good answers in a row (positive) or others in a row (negative).
    var streak: Float = 0
    /// The last four outcomes as bits below a leading one: 1 to 31.
    var history: UInt8 = 1
    /// The person's count of answers when they last met this skill, and that answer's time in seconds.
    var lastStep: Int32 = -1
    public internal(set) var lastSeconds: Double = 0
    /// The last answer's score less what the Gaussian model expected, and how far the answer moved the logit of this skill.
    var error: Float = 0
    var moved: Float = 0
    /// Base-2 logarithm of the memory's half-life in days.
    var halfLifeLog2: Float

    init(skill: Int32, residual: Gaussian, halfLifeLog2: Float) {
        self.skill = skill
        self.residual = residual
        self.halfLifeLog2 = halfLifeLog2
    }

    /// A context of 0..<64: tries up to 15, good answers in a row up to 3.
    @inline(__always)
    var runContext: Int { min(Int(tries), 15) * 4 + min(Int(max(streak, 0)), 3) }

    @inline(__always)
    mutating func count(_ score: Float, good: Bool, step: Int32, seconds: Double) {
        let outcome = 2 * score - 1
        tries += 1
        successes += score
        failures += 1 - score
        recent += 0.35 * (outcome - recent)
        trend += 0.12 * (outcome - trend)
        streak = good ? max(streak, 0) + 1 : min(streak, 0) - 1
        let longer = history << 1 | (good ? 1 : 0)
        history = longer >= 32 ? 16 | (longer & 15) : longer
        lastStep = step
        lastSeconds = seconds
    }
}

/// What is known of one person and one question.
struct QuestionTrace: Equatable, Sendable {
    let question: Int32
    var tries: Float = 0
    var lastScore: Float = 0
    var lastStep: Int32 = 0

    /// 0 for never met, 1 for a good last answer, 2 for another.
    @inline(__always)
    func context(good threshold: Float) -> Int { tries == 0 ? 0 : lastScore >= threshold ? 1 : 2 }
}
