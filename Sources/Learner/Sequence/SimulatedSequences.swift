import Foundation

/// Sequences whose structure is known: items lie in groups; a person has favourite groups, stays in a group for a while
/// and, with a known chance, takes the item that follows the last one in its group's order.
public struct SimulatedSequences: Sendable {
    public var people = 400
    public var items = 300
    public var groups = 15
    public var lengthMean = 40
    /// The chance that the next item is the successor of the last, or the next of its group not met yet.
    public var followShare = 0.4
    /// The chance to stay in the group otherwise.
    public var stayShare = 0.7
    public var seed: UInt64

    public init(seed: UInt64) { self.seed = seed }

    public func generate() -> RatingLog {
        var random = SimulationRandom(seed: seed)
        var sequences: [[Int32]] = []
        for _ in 0..<people {
            let favourites = (0..<3).map { _ in random.below(groups) }
            let length = min(max(3, Int(random.exponential(mean: Double(lengthMean)))), items / 2)
            var met: Set<Int32> = []
            var sequence: [Int32] = []
            var group = favourites[0]
            while sequence.count < length {
                var item = next(&random, group)
                if let last = sequence.last, random.unit() < followShare {
                    item = follower(of: last)
                } else if random.unit() > stayShare {
                    group = favourites[random.below(3)]
                    item = next(&random, group)
                }
                // Met already: any item will do, so that a sequence always grows.
                if met.contains(item) { item = Int32(random.below(items)) }
                if met.insert(item).inserted { sequence.append(item) }
                group = Int(item) % groups
            }
            sequences.append(sequence)
        }
        return RatingLog(sequences: sequences, itemCount: items)
    }

    func follower(of item: Int32) -> Int32 { (item + Int32(groups)) % Int32(items) }

    /// Items of a group are `groups` apart; the first are met more often than the last.
    private func next(_ random: inout SimulationRandom, _ group: Int) -> Int32 {
        let size = max(items / groups, 1)
        let place = Int(Double(size) * random.unit() * random.unit())
        return Int32((group + place * groups) % items)
    }
}
