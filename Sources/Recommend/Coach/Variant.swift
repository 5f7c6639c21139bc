/// Which arm of an experiment a person is in.
public struct Variant: Equatable, Sendable {
    /// The arm's place among the shares.
    public let arm: Int
    /// The share of people in this arm, 0...1: what an analysis divides by.
    public let propensity: Double

    public static let armsMax = 16

    /// The same person is always in the same arm of the same experiment, on every instance and without storing it;
    /// arms of two experiments are independent of each other.
    ///
    /// - Parameters:
    ///   - person: any stable name of the person.
    ///   - shares: how the arms divide the people; they need not add up to 1.
    /// - Throws: `CoachInputError` for no arm, too many, a share below 0, or shares that are all 0.
    public init(person: String, experiment: String, shares: [Double]) throws(CoachInputError) {
        guard (1...Self.armsMax).contains(shares.count) else {
            throw .count(field: "arms", received: shares.count, allowed: 1...Self.armsMax)
        }
        for (arm, share) in shares.enumerated() {
            guard share >= 0, share <= 1e9 else {
                throw .setting(field: "shares[\(arm)]", received: share, allowed: 0...1e9)
            }
        }
        let total = shares.reduce(0, +)
        guard total > 0 else { throw .setting(field: "shares", received: total, allowed: 1e-9...1e9) }
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        let bits = SeededRandom.hash("\(experiment.utf8.count):\(experiment)\(person)")
        var left = SeededRandom.unit(bits) * total
        var found = 0
        for (arm, share) in shares.enumerated() where share > 0 {
            found = arm
            guard left >= share else { break }
            left -= share
        }
        arm = found
        propensity = shares[found] / total
    }
}
