public import Learner

/// How alike two people are: by the outcomes of their answers, and somewhat by what they say of themselves.
public enum PersonLikeness {
    /// Skills in common after which what they show counts half.
    private static let doubt = 3.0
    /// By how much likeness is raised where all that two people say of themselves agrees, and lowered where none does.
    private static let declaredShare = 0.25

    /// 0...1: 0 for people with no practised skill in common, or of opposite strengths. Symmetric.
    ///
    /// The correlation of what each is better or worse at than their own general ability, over the skills both practised,
    /// each weighted by the fewer answers of the two, drawn to 0 where few skills are common; then less by the distance
    /// of their abilities. People without a skill in common are not alike whatever they say. O(skills of both).
    /// - Parameter declared: `DeclaredTraits.agreement`, -1...1; 0 where nothing is known.
    public static func between(_ left: PersonState, _ right: PersonState, declared: Double = 0) -> Double {
        var products = 0.0
        var squares = (0.0, 0.0)
        var common = 0.0
        var i = 0
        var j = 0
        while i < left.skills.count, j < right.skills.count {
            let a = left.skills[i]
            let b = right.skills[j]
            if a.skill == b.skill, a.tries > 0, b.tries > 0 {
                let answers = Double(min(a.tries, b.tries))
                let weight = answers / (answers + 2)
                products += weight * Double(a.residual.mean) * Double(b.residual.mean)
                squares.0 += weight * Double(a.residual.mean) * Double(a.residual.mean)
                squares.1 += weight * Double(b.residual.mean) * Double(b.residual.mean)
                common += weight
            }
            if a.skill <= b.skill { i += 1 }
            if b.skill <= a.skill { j += 1 }
        }
        guard common > 0 else { return 0 }
        let norm = (squares.0 * squares.1).squareRoot()
        let correlation = norm > 1e-12 ? products / norm : 0
        let distance = abs(Double(left.ability.mean - right.ability.mean))
        let trusted = common / (common + doubt)
        let outcomes = trusted * (0.5 + 0.5 * correlation) / (1 + distance)
        return max(0, min(1, outcomes * (1 + declaredShare * declared)))
    }
}
