/// What one person's practice of a question came to.
public struct PracticeOutcome: Equatable, Sendable {
    public var question: Int32
    /// 0...1
    public var score: Double
    /// By how much their mastery of the question's skills rose in the answers after, -1...1; nil where it is not known.
    public var gain: Double?

    public init(question: Int32, score: Double, gain: Double? = nil) {
        self.question = question
        self.score = score
        self.gain = gain
    }
}

/// A person whose results are like those of the one who asks.
public struct SimilarPerson: Equatable, Sendable {
    /// Any number that is theirs alone; it is used to count people and does not leave the aggregate.
    public var person: UInt64
    /// How alike, 0...1; `PersonLikeness` measures it.
    public var likeness: Double
    /// At most 1,000 are read.
    public var outcomes: [PracticeOutcome]

    public static let outcomesMax = 1_000

    public init(person: UInt64, likeness: Double, outcomes: [PracticeOutcome]) {
        self.person = person
        self.likeness = likeness
        self.outcomes = outcomes
    }
}

/// What at least `SimilarPeople.peopleMin` people together say of a question.
public struct AggregateScore: Equatable, Sendable {
    public let question: Int32
    /// 0...1, in hundredths: how useful the question was to them.
    public let score: Double
}

/// Aggregates what similar people were helped by, and gives away nothing about any one of them.
///
/// A question is scored only where at least five different people with some likeness to the asking person answered it
/// (k-anonymity, Sweeney 2002); each counts once and none for more than twice the least of the five most alike; scores are
/// rounded, and the number of people is not told. Nothing else of the input is in the output.
public enum SimilarPeople {
    public static let peopleMin = 5
    public static let peopleMax = 1_000
    /// The weight of the middle opinion that scores are drawn to, in people.
    private static let prior = 4.0

    /// Scores in order of question. O(people × outcomes × log outcomes); people beyond `peopleMax` are not read.
    public static func scores(_ people: [SimilarPerson]) -> [AggregateScore] {
        var usefulness: [Int32: [UInt64: (likeness: Double, useful: Double)]] = [:]
        for similar in people.prefix(peopleMax) {
            let likeness = CandidateScoring.share(similar.likeness)
            guard likeness > 0 else { continue }
            for outcome in similar.outcomes.prefix(SimilarPerson.outcomesMax) {
                guard let useful = useful(outcome) else { continue }
                // The last outcome of a person on a question is the one that counts.
                usefulness[outcome.question, default: [:]][similar.person] = (likeness, useful)
            }
        }
        return usefulness.keys.sorted().compactMap { question in
            score(question, usefulness[question] ?? [:])
        }
    }

    private static func score(
        _ question: Int32, _ people: [UInt64: (likeness: Double, useful: Double)]
    ) -> AggregateScore? {
        guard people.count >= peopleMin else { return nil }
        let ordered = people.sorted { ($1.value.likeness, $0.key) < ($0.value.likeness, $1.key) }.map(\.value)
        let most = 2 * ordered[peopleMin - 1].likeness
        var sum = prior * 0.5
        var weight = prior
        for person in ordered {
            let counted = min(person.likeness, most)
            sum += counted * person.useful
            weight += counted
        }
        return AggregateScore(question: question, score: (100 * sum / weight).rounded() / 100)
    }

    /// 0...1: the gain where it is known; else how near the score was to the middle, where most is learned.
    private static func useful(_ outcome: PracticeOutcome) -> Double? {
        if let gain = outcome.gain, gain.isFinite { return min(max(0.5 + 0.5 * gain, 0), 1) }
        guard outcome.score.isFinite else { return nil }
        let held = min(max(outcome.score, 0), 1)
        return 1 - min(1, abs(held - 0.65) / 0.65)
    }
}
