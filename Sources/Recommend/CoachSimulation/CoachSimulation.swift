/// A population of learners, a bank and a way of practising, by which policies are compared.
public struct CoachSimulation: Codable, Equatable, Sendable {
    public var name: String
    public var curve: GainCurve
    /// People who practise under each policy, for each seed; 1...10,000.
    public var people = 40
    public var skills = 16
    /// Of them, those that a person's role asks for.
    public var roleSkills = 10
    public var questions = 480
    /// The share of questions that need two skills.
    public var doubleShare = 0.25
    public var sittings = 12
    /// Questions in a sitting; a policy chooses all of them before the first is answered.
    public var sittingQuestions = 5
    /// Days between sittings, on average.
    public var daysBetween = 3.0
    /// Days from the last sitting to the delayed test.
    public var delayDays = 21.0
    /// People who practised at random before, from whom the model knows the bank; 0 leaves it with the labels.
    public var pastPeople = 150
    /// Whether anything is forgotten.
    public var forgets = true
    /// Whether an answer is judged good or poor and nothing between.
    public var isBinary = false
    /// Strength gained by a question at the curve's peak, for a person of ordinary pace.
    public var gain = 0.16

    public init(name: String, curve: GainCurve) {
        self.name = name
        self.curve = curve
    }

    /// Questions a person answers in all.
    public var answers: Int { sittings * sittingQuestions }

    /// - Throws: `CoachInputError` for the first field outside its range.
    func check() throws(CoachInputError) {
        let counts: [(String, Int, ClosedRange<Int>)] = [
            ("people", people, 1...10_000), ("skills", skills, 2...1_000), ("roleSkills", roleSkills, 1...skills),
            ("questions", questions, skills...100_000), ("sittings", sittings, 1...1_000),
            ("sittingQuestions", sittingQuestions, 1...CoachRequest.countMax), ("pastPeople", pastPeople, 0...100_000),
        ]
        for (field, value, allowed) in counts where !allowed.contains(value) {
            throw .count(field: field, received: value, allowed: allowed)
        }
    }

    /// The populations that `greenroom evaluate coach` plays: one whose gain is greatest where the coach aims, and those
    /// that disagree with it.
    public static var varied: [CoachSimulation] {
        let middle = Self(name: "middle", curve: GainCurve(peak: 0.675))
        let early = Self(name: "peak at .5", curve: GainCurve(peak: 0.5))
        let late = Self(name: "peak at .85", curve: GainCurve(peak: 0.85))
        let flat = Self(name: "flat", curve: GainCurve(peak: nil))
        var unknown = Self(name: "unknown bank", curve: GainCurve(peak: 0.675))
        unknown.pastPeople = 0
        var short = Self(name: "short", curve: GainCurve(peak: 0.675))
        short.sittings = 4
        var retentive = Self(name: "no forgetting", curve: GainCurve(peak: 0.675))
        retentive.forgets = false
        var wide = Self(name: "many skills", curve: GainCurve(peak: 0.675))
        wide.skills = 48
        wide.roleSkills = 30
        wide.questions = 1_200
        wide.doubleShare = 0.5
        wide.isBinary = true
        return [middle, early, late, flat, unknown, short, retentive, wide]
    }
}
