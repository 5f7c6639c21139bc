import Foundation

/// A person who learns from answering, forgets between sittings, and whose mastery is known.
///
/// What the learner model assumes is not what happens here. It has logistic curves, sums over skills, gains nowhere in
/// its prediction, and halves what is left with every half-life. Here the weakest skill of a question decides
/// (conjunctive), on a normal ogive. A skill has a durable and a fresh part: the fresh part fades by a power law of
/// time, and practice makes more of it durable, the more was forgotten (storage and retrieval strength, Bjork and Bjork
/// 1992); a part of what faded comes back with the first practice (savings, Ebbinghaus 1885). The gain follows the
/// simulation's curve, the person's pace and the room that is left.
struct SimulatedLearner: Sendable {
    private struct Skill: Sendable {
        var durable: Double
        var fresh = 0.0
        /// Fresh strength lost since the skill was last practised.
        var lost = 0.0
        var practices = 0.0

        var strength: Double { durable + fresh }
    }

    /// No strength is greater.
    private static let strengthMax = 4.0
    private static let fadingPower = 0.5
    private static let fadingDays = 2.0
    private static let savings = 0.6
    /// Means of graded scores.
    private static let goodScore = 0.78
    private static let poorScore = 0.28

    /// The skills that the role asks for, in order.
    let role: [Int]
    private let simulation: CoachSimulation
    private var skills: [Skill]
    private let pace: Double
    private var random: SeededRandom

    init(_ simulation: CoachSimulation, seed: UInt64) {
        var random = SeededRandom(seed: seed)
        self.simulation = simulation
        let talent = 0.4 * random.normal()
        pace = exp(0.3 * random.normal())
        skills = (0..<simulation.skills).map { _ in
            Skill(durable: min(max(1.2 + talent + 0.6 * random.normal(), 0), Self.strengthMax))
        }
        role = Array((0..<simulation.skills).shuffled(using: &random).prefix(simulation.roleSkills)).sorted()
        self.random = random
    }

    /// The true probability of a good answer now.
    func probability(_ question: SimulatedBank.Question) -> Double {
        let strength = question.skills.map { skills[$0].strength }.min() ?? 0
        let open = 1 - question.guess - SimulatedBank.slip
        return question.guess + open * Self.ogive((strength - question.depth) / question.spread)
    }

    /// Answers, learns, and returns the score.
    mutating func answer(_ question: SimulatedBank.Question) -> Float {
        let probability = probability(question)
        let isGood = random.unit() < probability
        let spoken = (isGood ? Self.goodScore : Self.poorScore) + 0.12 * random.normal()
        practise(question, probability: probability)
        if simulation.isBinary { return isGood ? 1 : 0 }
        return Float(isGood ? min(max(spoken, 0.5), 1) : min(max(spoken, 0), 0.49))
    }

    /// Several skills at once each gain less than one alone, together more.
    private mutating func practise(_ question: SimulatedBank.Question, probability: Double) {
        let share = simulation.curve.share(at: probability) * pow(Double(question.skills.count), -0.7)
        for number in question.skills {
            var skill = skills[number]
            let forgotten = skill.lost / (skill.lost + skill.fresh + 0.2)
            let room = max(0, 1 - skill.strength / Self.strengthMax)
            let gained = simulation.gain * pace * share * room
            let regained = Self.savings * share * skill.lost
            let durably = 0.3 + 0.5 * forgotten
            skill.durable += durably * gained + 0.3 * regained
            skill.fresh += (1 - durably) * gained + 0.7 * regained
            skill.lost -= regained
            skill.practices += 1
            skills[number] = skill
        }
    }

    mutating func rest(days: Double) {
        guard simulation.forgets else { return }
        for number in skills.indices {
            let slowness = Self.fadingDays * (1 + 0.5 * skills[number].practices)
            let kept = pow(1 + days / slowness, -Self.fadingPower)
            skills[number].lost += (1 - kept) * skills[number].fresh
            skills[number].fresh *= kept
        }
    }

    /// The mean probability of answering well, without guesses and slips, over the role's skills and nine typical depths
    /// of each.
    func mastery(_ bank: SimulatedBank) -> Double {
        role.reduce(0) { $0 + mastery(of: $1, bank) } / Double(role.count)
    }

    private func mastery(of skill: Int, _ bank: SimulatedBank) -> Double {
        // Deciles of the normal distribution.
        let offsets = [-1.282, -0.842, -0.524, -0.253, 0, 0.253, 0.524, 0.842, 1.282]
        let sum = offsets.reduce(0) { sum, offset in
            let depth = bank.depths[skill] + SimulatedBank.depthDeviation * offset
            return sum + Self.ogive((skills[skill].strength - depth) / 0.5)
        }
        return sum / Double(offsets.count)
    }

    /// The expected score of a typical question of a skill now, with guesses and slips.
    func expectedScore(of skill: Int, _ bank: SimulatedBank) -> Double {
        let guess = 0.07
        let good = guess + (1 - guess - SimulatedBank.slip) * mastery(of: skill, bank)
        return simulation.isBinary ? good : Self.poorScore + (Self.goodScore - Self.poorScore) * good
    }

    /// What mastery of the role a question of the role would add, were it answered now.
    func masteryGained(_ question: SimulatedBank.Question, _ bank: SimulatedBank) -> Double {
        var later = self
        later.practise(question, probability: probability(question))
        let gained = question.skills.reduce(0) { $0 + later.mastery(of: $1, bank) - mastery(of: $1, bank) }
        return gained / Double(role.count)
    }

    private static func ogive(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
}
