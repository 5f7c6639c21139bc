import Foundation
import Learner

/// Questions whose truth is known.
struct SimulatedBank: Sendable {
    struct Question: Sendable {
        let number: Int32
        let skills: [Int]
        let tags: SkillTags
        /// The strength at which it goes well in half of the cases, before guessing.
        let depth: Double
        /// How gradually that happens: the normal ogive's standard deviation.
        let spread: Double
        let guess: Double
        /// What an author thought of the depth, with an author's error.
        let label: DifficultyLabel
        /// 0...1
        let popularity: Double
    }

    static let slip = 0.04
    /// How typical questions of a skill spread in depth.
    static let depthDeviation = 0.8
    private static let labelError = 0.6

    let questions: [Question]
    /// The depth around which each skill's questions lie.
    let depths: [Double]

    init(_ simulation: CoachSimulation, random: inout SeededRandom) throws(LearnerInputError) {
        var depths: [Double] = []
        for _ in 0..<simulation.skills { depths.append(1.5 + 0.3 * random.normal()) }
        var drafts: [(skills: [Int], offset: Double, fame: Double)] = []
        for number in 0..<simulation.questions {
            let first = number % simulation.skills
            var skills = [first]
            if random.unit() < simulation.doubleShare {
                skills.append((first + 1 + random.below(simulation.skills - 1)) % simulation.skills)
            }
            let offset = Self.depthDeviation * random.normal()
            // Easy questions are practised somewhat more.
            drafts.append((skills, offset, random.normal() - 0.4 * offset))
        }
        let ranks = drafts.indices.sorted { (drafts[$1].fame, $0) < (drafts[$0].fame, $1) }
        var popularity = Array(repeating: 0.0, count: drafts.count)
        for (rank, number) in ranks.enumerated() { popularity[number] = 1 / (1 + 0.05 * Double(rank)) }
        var questions: [Question] = []
        for (number, draft) in drafts.enumerated() {
            let seen = draft.offset + Self.labelError * random.normal()
            questions.append(
                Question(
                    number: Int32(number), skills: draft.skills,
                    tags: try SkillTags(draft.skills.map { Int32($0) }), depth: depths[draft.skills[0]] + draft.offset,
                    spread: 0.5 * exp(0.2 * random.normal()), guess: 0.02 + 0.1 * random.unit(),
                    label: seen < -0.45 ? .easy : seen > 0.45 ? .hard : .medium, popularity: popularity[number]))
        }
        self.questions = questions
        self.depths = depths
    }
}
