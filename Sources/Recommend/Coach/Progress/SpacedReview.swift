public import Learner

/// Which skills a person should refresh, and when.
public struct SpacedReview: Equatable, Sendable {
    public struct Skill: Equatable, Sendable {
        public let skill: Int32
        public let memory: MemoryState
        /// Of a typical question now.
        public let mastery: Prediction
    }

    /// Due within the day asked about: the least retained first, ties in order of skill.
    public let due: [Skill]
    /// Skills that fall due on each of the days after it, tomorrow first.
    public let ahead: [Int]

    public static let daysAheadMax = 60

    /// Of the skills that a person practised; a skill never practised is not due, it is new.
    ///
    /// - Parameters:
    ///   - seconds: now, on the person's clock.
    ///   - secondsLeftToday: what falls due within them counts as due today; 0...86,400, held.
    ///   - retention: the share below which a skill is due, 0.05...0.99, held.
    ///   - masteredFrom: a skill expected below this was not learned yet: it is weak rather than due.
    ///   - daysAhead: 0...`daysAheadMax`, held.
    /// O(skills × log skills).
    public init(
        _ person: PersonState, model: LearnerModel, seconds: Double, secondsLeftToday: Double = 0,
        retention: Float = 0.7, masteredFrom: Float = 0.35, daysAhead: Int = 7
    ) {
        let practised = person.skills.map(\.skill).filter { Int($0) < model.skillCount }
        let today = min(max(secondsLeftToday, 0), 86_400) / 86_400
        var due: [Skill] = []
        var ahead = Array(repeating: 0, count: min(max(daysAhead, 0), Self.daysAheadMax))
        for mastery in model.mastery(person, skills: practised, seconds: seconds) {
            guard mastery.expected.probability >= masteredFrom,
                let memory = model.memory(person, skill: mastery.skill, seconds: seconds, due: retention)
            else { continue }
            let days = Double(memory.daysUntilDue)
            if days <= today {
                due.append(Skill(skill: mastery.skill, memory: memory, mastery: mastery.expected))
            } else if days - today < Double(ahead.count) {
                ahead[Int(days - today)] += 1
            }
        }
        self.due = due.sorted { ($0.memory.retention, $0.skill) < ($1.memory.retention, $1.skill) }
        self.ahead = ahead
    }
}
