/// How well a skill is still remembered.
public struct MemoryState: Equatable, Sendable {
    /// Days after which half is forgotten.
    public let halfLifeDays: Float
    /// 2^(-days since / half-life), 0...1.
    public let retention: Float
    /// Days from the moment asked about until retention falls to the level asked for; 0 where it is due.
    public let daysUntilDue: Float
}

/// Half-life regression's curve (Settles and Meeder 2016) with an online rule for the half-life: a good answer
/// lengthens it the more the nearer it came to being forgotten (the spacing effect), a poor one halves it.
extension LearnerModel {
    static let halfLifeLog2Range: ClosedRange<Float> = -2...8.5

    @inline(__always)
    func retention(_ trace: SkillTrace, days: Float) -> Float {
        Elementary.halving(days / Elementary.exp(0.693_147_2 * trace.halfLifeLog2))
    }

    @inline(__always)
    func remember(_ trace: inout SkillTrace, score: Float, days: Float) {
        let forgotten = 1 - retention(trace, days: days)
        let longer = coefficients.memory.growth * score * (0.2 + 0.8 * forgotten)
        let changed = trace.halfLifeLog2 + longer - coefficients.memory.decay * (1 - score)
        trace.halfLifeLog2 = min(max(changed, Self.halfLifeLog2Range.lowerBound), Self.halfLifeLog2Range.upperBound)
    }

    /// The memory of a skill at a time, nil for a skill never practised.
    /// - Parameter due: the retention at which review is due, 0.05...0.99; values outside are held.
    public func memory(_ person: PersonState, skill: Int32, seconds: Double, due: Float = 0.7) -> MemoryState? {
        guard let trace = person.trace(of: skill), trace.lastStep >= 0 else { return nil }
        let level = min(max(due, 0.05), 0.99)
        let days = Float(max(seconds - trace.lastSeconds, 0) / Self.secondsPerDay)
        let halfLife = Elementary.exp(0.693_147_2 * trace.halfLifeLog2)
        let dueAfter = halfLife * -Elementary.log(level) * 1.442_695_04
        return MemoryState(
            halfLifeDays: halfLife, retention: retention(trace, days: days), daysUntilDue: max(dueAfter - days, 0))
    }
}
