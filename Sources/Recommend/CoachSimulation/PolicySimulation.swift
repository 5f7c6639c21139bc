import Learner

/// Plays one policy for the people of one seed.
struct PolicySimulation {
    struct Outcome: Sendable {
        /// Mastery gained by each person from before the first to after the last question, and until the delayed test.
        var gained: [Double] = []
        var gainedDelayed: [Double] = []
        /// The sum of the true probabilities of the questions taken.
        var probabilitySum = 0.0
        var answers = 0
        var readiness = ReadinessCheck()
    }

    private static let startSeconds = 1e9

    let simulation: CoachSimulation
    let policy: CoachPolicy
    let bank: SimulatedBank
    let seed: UInt64
    private var past: LearnerModel
    private let bankCandidates: [CoachCandidate]

    init(
        _ simulation: CoachSimulation, policy: CoachPolicy, coefficients: LearnerCoefficients, seed: UInt64
    ) throws {
        self.simulation = simulation
        self.policy = policy
        self.seed = seed
        var random = SeededRandom(seed: SeededRandom.mixed(seed))
        let bank = try SimulatedBank(simulation, random: &random)
        self.bank = bank
        var model = try LearnerModel(
            coefficients: coefficients, questionCount: simulation.questions, skillCount: simulation.skills)
        for question in bank.questions {
            model[question.number] = QuestionState(label: question.label, coefficients: coefficients)
        }
        bankCandidates = bank.questions.map {
            CoachCandidate(question: $0.number, skills: $0.tags, label: $0.label, popularity: $0.popularity)
        }
        past = model
        var outcome = Outcome()
        for person in 0..<simulation.pastPeople {
            try live(.random, seed: Self.mix(seed, 1_000_000 + person), &model, &outcome)
        }
        past = model
    }

    func run(_ way: SimulatedPolicy) throws -> Outcome {
        var model = past
        var outcome = Outcome()
        for person in 0..<simulation.people { try live(way, seed: Self.mix(seed, person), &model, &outcome) }
        return outcome
    }

    private static func mix(_ seed: UInt64, _ number: Int) -> UInt64 {
        SeededRandom.mixed(seed &+ 0x9E37_79B9_7F4A_7C15 &* UInt64(number + 1))
    }

    /// One person's practice. Who they are, when they come and how they answer follow from the seed alone.
    private func live(
        _ way: SimulatedPolicy, seed: UInt64, _ model: inout LearnerModel, _ outcome: inout Outcome
    ) throws {
        var learner = SimulatedLearner(simulation, seed: seed)
        var times = SeededRandom(seed: seed &+ 1)
        let role = Set(learner.role)
        var sitting = Sitting(
            open: bank.questions.filter { $0.skills.allSatisfy(role.contains) },
            person: PersonState(coefficients: model.coefficients), seconds: Self.startSeconds,
            random: SeededRandom(seed: seed &+ 2))
        let before = learner.mastery(bank)
        for number in 0..<simulation.sittings {
            if number > 0 {
                let days = times.exponential(mean: simulation.daysBetween)
                learner.rest(days: days)
                sitting.seconds += days * 86_400
            }
            var scores: Float = 0
            let list = try choose(way, &sitting, learner, model)
            for question in list {
                outcome.probabilitySum += learner.probability(question)
                let score = learner.answer(question)
                sitting.seconds += 180
                try model.answer(
                    &sitting.person, question: question.number, skills: question.tags, score: score,
                    seconds: sitting.seconds)
                scores += score >= 0.5 ? 1 : 0
            }
            outcome.answers += list.count
            let taken = Set(list.map(\.number))
            sitting.open.removeAll { taken.contains($0.number) }
            sitting.takeResult(share: scores / Float(max(list.count, 1)))
        }
        outcome.gained.append(learner.mastery(bank) - before)
        let readiness = try Readiness(
            sitting.person, needs: needs(learner), model: model, seconds: sitting.seconds)
        outcome.readiness.add(readiness, truths: learner.role.map { learner.expectedScore(of: $0, bank) })
        learner.rest(days: simulation.delayDays)
        outcome.gainedDelayed.append(learner.mastery(bank) - before)
    }

    /// A person's practice as a policy sees it.
    private struct Sitting {
        /// Questions of the role not answered yet.
        var open: [SimulatedBank.Question]
        var person: PersonState
        var seconds: Double
        var random: SeededRandom
        var level = DifficultyLabel.medium

        mutating func takeResult(share: Float) {
            if share >= 0.8 {
                level = level == .easy ? .medium : .hard
            } else if share < 0.5 {
                level = level == .hard ? .medium : .easy
            }
        }
    }

    private func choose(
        _ way: SimulatedPolicy, _ sitting: inout Sitting, _ learner: SimulatedLearner, _ model: LearnerModel
    ) throws -> [SimulatedBank.Question] {
        let count = simulation.sittingQuestions
        switch way {
        case .random: return Array(sitting.open.shuffled(using: &sitting.random).prefix(count))
        case .mostPopular:
            return Array(sitting.open.sorted { ($1.popularity, $0.number) < ($0.popularity, $1.number) }.prefix(count))
        case .labelDifficulty:
            let level = sitting.level
            let mixed = sitting.open.shuffled(using: &sitting.random)
            return Array((mixed.filter { $0.label == level } + mixed.filter { $0.label != level }).prefix(count))
        case .knowsTruth:
            let worth = sitting.open.map { (question: $0, gained: learner.masteryGained($0, bank)) }
            let ordered = worth.sorted { ($1.gained, $0.question.number) < ($0.gained, $1.question.number) }
            return ordered.prefix(count).map(\.question)
        case .weakestFirst: return weakest(&sitting, learner, model)
        case .coach: return try coached(sitting, learner, model)
        }
    }

    private func weakest(
        _ sitting: inout Sitting, _ learner: SimulatedLearner, _ model: LearnerModel
    ) -> [SimulatedBank.Question] {
        let order = model.mastery(sitting.person, skills: learner.role.map { Int32($0) }, seconds: sitting.seconds)
        var mixed = sitting.open.shuffled(using: &sitting.random)
        var list: [SimulatedBank.Question] = []
        while list.count < simulation.sittingQuestions, !mixed.isEmpty {
            let before = list.count
            for skill in order where list.count < simulation.sittingQuestions {
                guard let place = mixed.firstIndex(where: { $0.tags.contains(skill.skill) }) else { continue }
                list.append(mixed.remove(at: place))
            }
            if list.count == before { break }
        }
        return list
    }

    private func coached(
        _ sitting: Sitting, _ learner: SimulatedLearner, _ model: LearnerModel
    ) throws -> [SimulatedBank.Question] {
        let request = CoachRequest(
            person: sitting.person, seconds: sitting.seconds, count: simulation.sittingQuestions,
            candidates: sitting.open.map { bankCandidates[Int($0.number)] },
            needs: needs(learner),
            seed: SeededRandom.mixed(UInt64(bitPattern: Int64(sitting.seconds))))
        return try policy.choose(request, model: model).map { bank.questions[Int($0.question)] }
    }

    private func needs(_ learner: SimulatedLearner) -> [SkillNeed] {
        learner.role.map { SkillNeed(name: "\($0)", skills: [Int32($0)]) }
    }
}
