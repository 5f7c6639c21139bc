import Catalog

/// What a reaction does to the next lists.
extension FeedbackKind {
    /// Days for which the question is not recommended again; nil is for good, 0 not at all.
    var restDays: Double? {
        switch self {
        case .shown, .accepted, .saved: 0
        case .skipped: 3
        case .tooEasy, .tooHard: 30
        case .irrelevant: 365
        case .reported: nil
        }
    }

    /// What is added to the taste for each of the question's skills, and half of it for its category. Difficulty and
    /// faults of a question say nothing about its subject.
    var taste: Double {
        switch self {
        case .shown, .tooEasy, .tooHard, .reported: 0
        case .accepted: 0.1
        case .saved: 0.25
        case .skipped: -0.1
        case .irrelevant: -0.4
        }
    }

    /// What is added to the target band.
    var bandShift: Double {
        switch self {
        case .tooEasy: -0.04
        case .tooHard: 0.04
        default: 0
        }
    }
}
