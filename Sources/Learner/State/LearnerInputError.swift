/// A value that the learner model does not take.
public enum LearnerInputError: Error, Equatable, CustomStringConvertible {
    case skillTags(count: Int, skill: Int32)
    case score(Float)
    case setting(field: String, received: Double, allowed: ClosedRange<Double>)
    case number(field: String, received: Int, allowed: ClosedRange<Int>)

    public var description: String {
        switch self {
        case .skillTags(let count, let skill):
            "skills: \(count) tags, the last being \(skill); allowed are 1 to \(SkillTags.countMax) numbers of at least 0"
        case .score(let score): "score is \(score), allowed is 0 to 1"
        case .setting(let field, let received, let allowed):
            "\(field) is \(received), allowed is \(allowed.lowerBound) to \(allowed.upperBound)"
        case .number(let field, let received, let allowed):
            "\(field) is \(received), allowed is \(allowed.lowerBound) to \(allowed.upperBound)"
        }
    }
}
