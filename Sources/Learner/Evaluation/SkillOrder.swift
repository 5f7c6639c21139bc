/// How often the order of a person's skills, weakest first, foretold what came after.
///
/// For every test person the answers are cut in half by order. After the first half each skill that occurs in the second
/// half is scored; for every pair of those whose mean scores of the second half differ, the pair is right where the
/// scores order it the same way (equal scores count half). The figure is the share over all pairs of all people.
public struct SkillOrderReport: Codable, Equatable, Sendable {
    public var people: Int
    public var pairs: Int
    /// By this model's mastery.
    public var model: Double
    /// By everyone's mean score in the skill before the test rows: not personal.
    public var everyonesMean: Double
    /// By the person's own mean in the skill, everyone's mean where they have none.
    public var ownMean: Double
    /// The same three over pairs of skills that the person had both met in the first half.
    public var metPairs: Int
    public var metModel: Double
    public var metEveryonesMean: Double
    public var metOwnMean: Double
}

/// Counts pairs for `SkillOrderReport`.
struct SkillOrderCount {
    /// Skills of one person compared, at most: pairs grow with the square.
    static let skillsMax = 64

    private var people = 0
    private var pairs = [0.0, 0.0]
    private var right = [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]

    /// One skill of one person: the three scores, whether it was met before, and the mean that came.
    struct Skill {
        let scores: (model: Float, everyone: Float, own: Float)
        let met: Bool
        let came: Float
    }

    mutating func add(_ skills: [Skill]) {
        guard skills.count > 1 else { return }
        var counted = false
        for (index, a) in skills.enumerated() {
            for b in skills[(index + 1)...] where abs(a.came - b.came) > 1e-6 {
                counted = true
                let aFirst = a.came < b.came
                let group = a.met && b.met ? [0, 1] : [0]
                for kind in group {
                    pairs[kind] += 1
                    right[kind][0] += Self.credit(a.scores.model, b.scores.model, aFirst)
                    right[kind][1] += Self.credit(a.scores.everyone, b.scores.everyone, aFirst)
                    right[kind][2] += Self.credit(a.scores.own, b.scores.own, aFirst)
                }
            }
        }
        if counted { people += 1 }
    }

    private static func credit(_ a: Float, _ b: Float, _ aFirst: Bool) -> Double {
        a == b ? 0.5 : (a < b) == aFirst ? 1 : 0
    }

    var report: SkillOrderReport {
        func share(_ kind: Int, _ score: Int) -> Double { right[kind][score] / max(pairs[kind], 1) }
        return SkillOrderReport(
            people: people, pairs: Int(pairs[0]), model: share(0, 0), everyonesMean: share(0, 1), ownMean: share(0, 2),
            metPairs: Int(pairs[1]), metModel: share(1, 0), metEveryonesMean: share(1, 1), metOwnMean: share(1, 2))
    }
}
