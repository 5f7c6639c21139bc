/// How demanding a question is, by its label.
public enum Difficulty: String, Sendable, CaseIterable, Codable, Comparable {
    case easy, medium, hard

    /// 0, 1 or 2.
    public var level: Int {
        switch self {
        case .easy: 0
        case .medium: 1
        case .hard: 2
        }
    }

    public static func < (left: Difficulty, right: Difficulty) -> Bool { left.level < right.level }
}
