import Foundation

/// One generation of a `SimulatedPopulation`.
struct SimulationRun {
    private struct Question {
        let skills: [Int]
        let tags: SkillTags
        let ease: Double
        let discrimination: Double
        let guess: Double
    }

    private let population: SimulatedPopulation
    private var random: SimulationRandom
    private var questions: [Question] = []
    private var questionsOfSkill: [[Int]]
    private let practised: [Int]
    private var ease: [Double] = []
    private var gain: [Double] = []
    private var interests: [(Double, Double)] = []
    private(set) var rows: [AnswerLog.Row] = []
    private(set) var probabilities: [Double] = []

    init(_ population: SimulatedPopulation) throws(LearnerInputError) {
        self.population = population
        random = SimulationRandom(seed: population.seed)
        questionsOfSkill = Array(repeating: [], count: population.skills)
        for _ in 0..<population.skills {
            ease.append(0.8 * random.normal())
            gain.append(population.learning * Foundation.exp(0.6 * random.normal()))
            interests.append((0.5 * random.normal(), 0.5 * random.normal()))
        }
        for number in 0..<population.questions {
            // Where there are as many questions as skills, each skill is one question.
            let first = number < population.skills ? number : random.below(population.skills)
            var skills = [first]
            let further = min(population.furtherSkills > 0 ? random.poisson(mean: population.furtherSkills) : 0, 3)
            for _ in 0..<further {
                let other = (first + 1 + random.below(5)) % population.skills
                if !skills.contains(other) { skills.append(other) }
            }
            let span = population.guess.upperBound - population.guess.lowerBound
            questions.append(
                Question(
                    skills: skills, tags: try SkillTags(skills.map { Int32($0) }), ease: random.normal(),
                    discrimination: Foundation.exp(population.discriminationDeviation * random.normal()),
                    guess: population.guess.lowerBound + span * random.unit()))
            for skill in skills { questionsOfSkill[skill].append(number) }
        }
        let pools = questionsOfSkill
        practised = pools.indices.filter { !pools[$0].isEmpty }
    }

    /// Plays one person's answers.
    mutating func live(_ person: Int) throws(LearnerInputError) {
        let ability = 0.8 * random.normal()
        let taste = (random.normal(), random.normal())
        let pace = Foundation.exp(0.4 * random.normal())
        let start = (0..<population.skills).map { skill in
            interests[skill].0 * taste.0 + interests[skill].1 * taste.1 + ease[skill] + 0.4 * random.normal()
        }
        var level = start
        let answers = max(3, Int(random.exponential(mean: population.answersMean)))
        let isTest = Double(person) >= 0.7 * Double(population.people)
        var seconds = 1e9 + random.unit() * 1e6
        var place = random.below(practised.count)
        var given = 0
        while given < answers {
            let skill = practised[place % practised.count]
            place += random.unit() < 0.7 ? 1 : random.below(practised.count)
            if let days = population.daysBetween, random.unit() < 0.3 {
                let gap = random.exponential(mean: days)
                seconds += gap * 86_400
                let kept = Foundation.exp2(-gap / population.halfLifeDays)
                for index in level.indices { level[index] = start[index] + kept * (level[index] - start[index]) }
            }
            var good = 0
            for _ in 0..<(1 + random.poisson(mean: population.blockMean)) where given < answers {
                if population.stopsAtMastery, good >= 3 { break }
                let pool = questionsOfSkill[skill]
                // The first questions of a skill are asked more often than the last.
                let number = pool[min(Int(Double(pool.count) * random.unit() * random.unit()), pool.count - 1)]
                var again = true
                while again, given < answers {
                    let score = try answer(person, number, ability, &level, pace, &seconds, isTest)
                    given += 1
                    good = score >= 0.5 ? good + 1 : 0
                    again = score < 0.5 && random.unit() < population.againShare
                }
            }
        }
    }

    private mutating func answer(
        _ person: Int, _ number: Int, _ ability: Double, _ level: inout [Double], _ pace: Double,
        _ seconds: inout Double, _ isTest: Bool
    ) throws(LearnerInputError) -> Float {
        let question = questions[number]
        let skill = question.skills.reduce(0) { $0 + level[$1] } / Double(question.skills.count)
        let logit = question.discrimination * (ability + skill + question.ease)
        let span = 1 - question.guess - population.slip
        let probability = question.guess + span / (1 + Foundation.exp(-logit))
        let score: Float
        if population.graded {
            score = Float(min(max(probability + 0.15 * random.normal(), 0), 1))
        } else {
            score = random.unit() < probability ? 1 : 0
        }
        seconds += 60
        rows.append(
            AnswerLog.Row(
                person: Int32(person), question: Int32(number), skills: question.tags, score: score,
                seconds: population.daysBetween == nil ? .nan : seconds, isTest: isTest))
        probabilities.append(probability)
        for index in question.skills { level[index] += gain[index] * pace * (score >= 0.5 ? 1.3 : 0.7) }
        return score
    }
}
