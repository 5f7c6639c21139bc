/// What a person did with a recommendation.
public enum FeedbackKind: String, CaseIterable, Codable, Sendable {
    case shown, accepted, skipped, saved
    case tooEasy = "too_easy"
    case tooHard = "too_hard"
    case irrelevant, reported
}
