/// One thing that a post, a role or a person's goal asks for.
public struct SkillNeed: Equatable, Sendable {
    public var name: String
    /// The skills by which it is practised; any of them serves it.
    public var skills: [Int32]
    /// How much it matters beside the others; at least 0.
    public var weight: Double

    public init(name: String, skills: [Int32], weight: Double = 1) {
        self.name = name
        self.skills = skills
        self.weight = weight
    }
}

/// How much each skill matters for a list of needs.
struct SkillWeights: Sendable {
    /// What a skill that no need names is worth where there are needs.
    private static let foreign = 0.1

    private let weights: [Int32: Double]

    init(_ needs: [SkillNeed]) {
        var weights: [Int32: Double] = [:]
        for need in needs where need.weight > 0 && need.weight.isFinite {
            for skill in need.skills { weights[skill] = max(weights[skill] ?? 0, need.weight) }
        }
        let greatest = weights.values.max() ?? 1
        self.weights = weights.mapValues { Self.foreign + (1 - Self.foreign) * $0 / greatest }
    }

    /// Whether no need names a skill; all skills matter alike then.
    var isEmpty: Bool { weights.isEmpty }

    var skills: Dictionary<Int32, Double>.Keys { weights.keys }

    /// 0...1
    subscript(skill: Int32) -> Double { weights.isEmpty ? 1 : weights[skill] ?? Self.foreign }
}
