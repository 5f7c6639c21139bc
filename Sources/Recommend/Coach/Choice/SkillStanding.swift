import Learner

/// What is known of one person's skill at one moment, as far as choosing goes.
struct SkillStanding: Sendable {
    let skill: Int32
    /// How much it matters, 0...1.
    let need: Double
    let mastery: SkillMastery
    /// The expected shortfall of mastery from the goal as a share of the goal, 0...1: an uncertain skill may be far
    /// below, so it counts for more than a sure one of the same mean. The mean is shrunk by the model already.
    let weakness: Double
    /// How much mastery rises with a step of learning: the expectation of 4 p (1 - p), 0...1. Little where a skill is
    /// nearly mastered, and little where it is so far away that one step shows nowhere.
    let steepness: Double
    /// 0...1; 0 for a skill never practised.
    let due: Double
    let memory: MemoryState?

    init(
        _ mastery: SkillMastery, memory: MemoryState?, need: Double, _ parameters: CoachParameters
    ) {
        skill = mastery.skill
        self.need = need
        self.mastery = mastery
        self.memory = memory
        let goal = parameters.goal
        let expected = mastery.expected
        let missing = { (value: Float) in max(0, goal - Double(value)) / goal }
        let ends = missing(expected.lower) + missing(expected.upper)
        weakness = 2 / 3 * missing(expected.probability) + ends / 6
        let steep = { (value: Float) in 4 * Double(value) * (1 - Double(value)) }
        steepness = 2 / 3 * steep(expected.probability) + (steep(expected.lower) + steep(expected.upper)) / 6
        guard let memory else {
            due = 0
            return
        }
        let span = parameters.dueFrom - parameters.dueWholly
        let faded = min(max((parameters.dueFrom - Double(memory.retention)) / span, 0), 1)
        // What was never known is not forgotten: it is weak.
        due = faded * min(1, Double(expected.probability) / 0.6)
    }
}

/// The standings of the skills that a request's candidates have.
struct SkillStandings: Sendable {
    private var standings: [SkillStanding] = []
    /// By skill, the place of its standing; -1 where there is none.
    private var places: [Int32]

    /// Leaves out what the model does not know by number.
    init(
        _ skills: Set<Int32>, _ model: LearnerModel, _ person: PersonState, seconds: Double, _ weights: SkillWeights,
        _ parameters: CoachParameters
    ) {
        places = Array(repeating: -1, count: model.skillCount)
        let known = skills.filter { $0 >= 0 && Int($0) < model.skillCount }
        standings.reserveCapacity(known.count)
        for mastery in model.mastery(person, skills: known, seconds: seconds) {
            places[Int(mastery.skill)] = Int32(standings.count)
            standings.append(
                SkillStanding(
                    mastery, memory: model.memory(person, skill: mastery.skill, seconds: seconds),
                    need: weights[mastery.skill], parameters))
        }
    }

    subscript(skill: Int32) -> SkillStanding? {
        guard skill >= 0, Int(skill) < places.count, places[Int(skill)] >= 0 else { return nil }
        return standings[Int(places[Int(skill)])]
    }
}
