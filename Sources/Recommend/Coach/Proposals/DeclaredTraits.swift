import Foundation

/// What somebody says they are good and not good at: skills or categories, by name.
public struct DeclaredTraits: Equatable, Sendable {
    private let strengths: Set<String>
    private let weaknesses: Set<String>

    /// Names are compared without regard to case and to space around them. What is named as both says nothing.
    public init(strengths: [String] = [], weaknesses: [String] = []) {
        let good = Set(strengths.map(Self.folded))
        let poor = Set(weaknesses.map(Self.folded))
        self.strengths = good.subtracting(poor)
        self.weaknesses = poor.subtracting(good)
    }

    /// Names in common after which agreement counts half.
    private static let doubt = 2.0

    /// -1...1: above 0 where two people say the same of what both name, below where they say the opposite, 0 where they name
    /// nothing in common. Symmetric. O(names)
    public func agreement(with other: Self) -> Double {
        let same = strengths.intersection(other.strengths).count + weaknesses.intersection(other.weaknesses).count
        let opposed = strengths.intersection(other.weaknesses).count + weaknesses.intersection(other.strengths).count
        let common = Double(same + opposed)
        guard common > 0 else { return 0 }
        return Double(same - opposed) / common * (common / (common + Self.doubt))
    }

    private static func folded(_ name: String) -> String { name.trimmingCharacters(in: .whitespaces).lowercased() }
}
