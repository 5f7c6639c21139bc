/// Why a question came into a list of recommendations.
public enum CoachSource: String, CaseIterable, Codable, Sendable {
    /// People with like results were helped by it, or turned to it next.
    case similarUser = "similar_user"
    /// It practises a skill that is expected to go badly.
    case weakSkill = "weak_skill"
    /// It practises a skill that is being forgotten.
    case dueReview = "due_review"
    /// It is near the post, the role or what the person likes.
    case content
    /// Many people practise it.
    case popular
    /// Drawn by chance, so that what is unknown becomes known.
    case explore
}

/// A set of sources.
public struct CoachSources: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public init(_ source: CoachSource) {
        self =
            switch source {
            case .similarUser: .similarUser
            case .weakSkill: .weakSkill
            case .dueReview: .dueReview
            case .content: .content
            case .popular: .popular
            case .explore: .explore
            }
    }

    public static let similarUser = Self(rawValue: 1)
    public static let weakSkill = Self(rawValue: 2)
    public static let dueReview = Self(rawValue: 4)
    public static let content = Self(rawValue: 8)
    public static let popular = Self(rawValue: 16)
    public static let explore = Self(rawValue: 32)
}
