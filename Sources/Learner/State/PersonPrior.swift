/// What a person said of themselves, or their role says of them, before any answer.
///
/// It moves the mean of the beliefs and leaves their variances: after a few answers the answers decide.
public struct PersonPrior: Equatable, Sendable {
    public enum Level: String, CaseIterable, Codable, Sendable {
        case beginner, intermediate, advanced, expert
    }

    public var level: Level?
    public var strengths: [Int32]
    public var weaknesses: [Int32]
    /// Skills that the person's role asks for every day; a smaller shift than a declared strength.
    public var roleSkills: [Int32]

    public init(
        level: Level? = nil, strengths: [Int32] = [], weaknesses: [Int32] = [], roleSkills: [Int32] = []
    ) {
        self.level = level
        self.strengths = strengths
        self.weaknesses = weaknesses
        self.roleSkills = roleSkills
    }

    func abilityShift(_ beliefs: LearnerCoefficients.Beliefs) -> Float {
        switch level {
        case nil, .intermediate: 0
        case .beginner: -beliefs.levelShift
        case .advanced: beliefs.levelShift
        case .expert: 2 * beliefs.levelShift
        }
    }

    /// Each declared skill with the shift of its mean, ordered by skill. A skill declared twice counts as what is
    /// named first here: weakness, strength, role.
    func skillShifts(_ beliefs: LearnerCoefficients.Beliefs) -> [(skill: Int32, shift: Float)] {
        var shifts: [Int32: Float] = [:]
        for skill in roleSkills { shifts[skill] = beliefs.declaredShift / 2 }
        for skill in strengths { shifts[skill] = beliefs.declaredShift }
        for skill in weaknesses { shifts[skill] = -beliefs.declaredShift }
        return shifts.sorted { $0.key < $1.key }.map { (skill: $0.key, shift: $0.value) }
    }
}

/// The label an author gave a question.
public enum DifficultyLabel: String, CaseIterable, Codable, Sendable {
    case easy, medium, hard

    func shift(_ beliefs: LearnerCoefficients.Beliefs) -> Float {
        switch self {
        case .easy: beliefs.labelShift
        case .medium: 0
        case .hard: -beliefs.labelShift
        }
    }
}
