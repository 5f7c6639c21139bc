import Learner
import TestSupport

@testable import Recommend

/// A person, a bank and a model for tests of the coach.
struct CoachFixtures {
    static let now = 2e9

    let model: LearnerModel
    let person: PersonState
    let candidates: [CoachCandidate]
    let history: CoachHistory

    /// Random candidates with vectors of 16 dimensions, and a person who answered some of them.
    init(seed: UInt64, candidates count: Int = 120, skills: Int = 12, answers: Int = 40) throws {
        var random = SeededGenerator(seed: seed)
        var model = try LearnerModel(
            coefficients: .shipped(), questionCount: count, skillCount: skills)
        var candidates: [CoachCandidate] = []
        for question in 0..<count {
            let tags = try SkillTags((0...random.below(3)).map { _ in Int32(random.below(skills)) })
            let label = DifficultyLabel.allCases[random.below(3)]
            model[Int32(question)] = QuestionState(label: label, coefficients: model.coefficients)
            candidates.append(
                CoachCandidate(
                    question: Int32(question), skills: tags, label: label,
                    category: ["a", "b", "c", ""][random.below(4)],
                    popularity: Double(random.below(100)) / 100, health: random.chance(0.1) ? 0.1 : 1,
                    similarity: random.chance(0.5) ? Double(random.below(100)) / 100 : nil,
                    neighbours: random.chance(0.3) ? 0.8 : 0,
                    proposedBy: CoachSources(rawValue: UInt8(random.below(32))), vector: Self.vector(&random)))
        }
        var person = PersonState(coefficients: model.coefficients)
        var history = CoachHistory()
        for number in 0..<answers {
            let candidate = candidates[random.below(count)]
            let score: Float = random.chance(0.6) ? 0.9 : 0.2
            let seconds = Self.now - 86_400 * Double(answers - number)
            try model.answer(
                &person, question: candidate.question, skills: candidate.skills, score: score, seconds: seconds)
            history.answers[candidate.question] = CoachHistory.Answer(score: Double(score), seconds: seconds)
        }
        self.model = model
        self.person = person
        self.candidates = candidates
        self.history = history
    }

    func request(count: Int = 10, seed: UInt64 = 1) -> CoachRequest {
        CoachRequest(
            person: person, seconds: Self.now, count: count, candidates: candidates, history: history, seed: seed,
            skillName: { "Skill \($0)" })
    }

    static func vector(_ random: inout SeededGenerator) -> [Float] {
        let values = (0..<16).map { _ in Float.random(in: -1...1, using: &random) }
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return values.map { $0 / length }
    }
}
