/// A value that the coach does not take.
public enum CoachInputError: Error, Equatable, CustomStringConvertible {
    case setting(field: String, received: Double, allowed: ClosedRange<Double>)
    case count(field: String, received: Int, allowed: ClosedRange<Int>)

    public var description: String {
        switch self {
        case .setting(let field, let received, let allowed):
            "\(field) is \(received), allowed is \(allowed.lowerBound) to \(allowed.upperBound)"
        case .count(let field, let received, let allowed):
            "\(field) is \(received), allowed is \(allowed.lowerBound) to \(allowed.upperBound)"
        }
    }
}
