import Foundation

/// People with known abilities who practise and forget: logs whose truth is known.
///
/// A person has a general ability and, per skill, a part explained by two hidden interests and a part of its own. A
/// question has ease, discrimination and a floor of guessing. The probability of a good answer is
/// guess + (1 - guess - slip) × logistic(discrimination × (ability + mean skill + ease)). Every answer raises its
/// skills; between sittings they fall towards where they began. Sittings go through skills in a loose curriculum.
public struct SimulatedPopulation: Sendable {
    public var name: String
    public var people: Int
    public var questions: Int
    public var skills: Int
    public var answersMean: Double
    /// Further skills a question, on average; at most three.
    public var furtherSkills = 0.0
    /// Answers to one skill in a row, on average.
    public var blockMean = 6.0
    /// The chance to answer a question again after a poor answer.
    public var againShare = 0.0
    /// Whether a block ends at three good answers in a row.
    public var stopsAtMastery = false
    public var guess: ClosedRange<Double> = 0.02...0.2
    public var slip = 0.06
    public var discriminationDeviation = 0.35
    /// Logits gained an answer.
    public var learning = 0.1
    /// Days between sittings, on average, with times in the log; nil has no times and no forgetting.
    public var daysBetween: Double?
    /// The half-life of what was learned, in days.
    public var halfLifeDays = 10.0
    /// Scores are then fractions around the probability instead of 0 and 1.
    public var graded = false
    public var seed: UInt64

    public init(name: String, people: Int, questions: Int, skills: Int, answersMean: Double, seed: UInt64) {
        self.name = name
        self.people = people
        self.questions = questions
        self.skills = skills
        self.answersMean = answersMean
        self.seed = seed
    }

    /// A log and, for each of its rows, the true probability of a good answer.
    public struct Truth: Sendable {
        public let log: AnswerLog
        public let probabilities: [Double]
    }

    /// The last 30 % of the people are the test rows. Takes about 200 ns an answer.
    /// - Throws: `LearnerInputError.number` for a count that is not positive.
    public func generate() throws(LearnerInputError) -> Truth {
        for (field, count) in [("people", people), ("questions", questions), ("skills", skills)] {
            guard (1...1_000_000).contains(count) else {
                throw .number(field: field, received: count, allowed: 1...1_000_000)
            }
        }
        var run = try SimulationRun(self)
        for person in 0..<people { try run.live(person) }
        return Truth(
            log: AnswerLog(rows: run.rows, personCount: people, questionCount: questions, skillCount: skills),
            probabilities: run.probabilities)
    }

    /// Four populations unlike each other, which `fit --simulated` adds to real logs.
    public static var varied: [SimulatedPopulation] {
        var bank = Self(name: "bank", people: 2_500, questions: 9_000, skills: 110, answersMean: 80, seed: 1)
        bank.furtherSkills = 0.4
        bank.againShare = 0.05
        bank.slip = 0.08
        var course = Self(name: "course", people: 330, questions: 1_100, skills: 90, answersMean: 500, seed: 2)
        course.blockMean = 4
        course.againShare = 0.5
        course.guess = 0...0.1
        course.slip = 0.03
        course.discriminationDeviation = 0.5
        var wide = Self(name: "wide", people: 1_500, questions: 1_500, skills: 400, answersMean: 60, seed: 3)
        wide.furtherSkills = 1
        wide.blockMean = 3
        wide.daysBetween = 4
        wide.halfLifeDays = 8
        var drill = Self(name: "drill", people: 3_000, questions: 60, skills: 60, answersMean: 40, seed: 4)
        drill.blockMean = 8
        drill.stopsAtMastery = true
        drill.guess = 0.1...0.3
        drill.daysBetween = 7
        drill.halfLifeDays = 20
        return [bank, course, wide, drill]
    }
}
