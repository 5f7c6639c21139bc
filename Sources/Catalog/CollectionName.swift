/// The four collections, by their names in the database and the API.
public enum CollectionName: String, Sendable, CaseIterable, Comparable {
    case answers
    case jobDescriptions = "job_descriptions"
    case questions
    case userPatterns = "user_patterns"

    public static func < (left: CollectionName, right: CollectionName) -> Bool { left.rawValue < right.rawValue }
}
