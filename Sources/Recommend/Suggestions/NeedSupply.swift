import Foundation

/// Counts how many questions of the bank are about each need, and tells how sure it is from that that the bank has each
/// need as a topic.
struct NeedSupply {
    private struct Sum {
        var strength = 0.0
        var taggedStrength = 0.0
        var taggedCount = 0
        var inferredCount = 0
    }

    /// How many questions, as a share of what a topic of the bank has, make it as likely as not that a need is one: of
    /// questions that were given its skill, and of those whose skill was inferred from their words, of which many mention
    /// it by the way. Measured on banks of 300, 600 and 1,200 questions (docs/evaluation.md).
    private static let givenShare = 0.022
    private static let inferredShare = 0.1
    /// The least of such numbers: in a small bank one question is as likely as not to be all that there is on a topic.
    private static let halfMin = 1.0
    /// How sharply topics are told from what is mentioned by the way.
    private static let steepness = 4.0
    /// What is granted to a need that no question is about, so that what is only near can fill a set.
    private static let floor = 0.02

    private let needs: [Need]
    private var sums: [Sum]

    init(needs: [Need]) {
        self.needs = needs
        sums = needs.map { _ in Sum() }
    }

    /// Counts a question as far as it is about each need.
    mutating func add(_ question: BankQuestion, _ evidence: [Int: Evidence]) {
        for (place, evidence) in evidence where evidence.isDirect {
            sums[place].strength += evidence.strength
            if evidence.tag == 1 {
                sums[place].taggedStrength += evidence.strength
                sums[place].taggedCount += 1
                sums[place].inferredCount += question.areSkillsInferred ? 1 : 0
            }
        }
    }

    /// For each need how many questions are about it, each counted as far as it is. Only some of a skill's questions were
    /// counted: the others are taken to be about it as far as these are.
    func counts(in bank: BankSkills.Supply) -> [Double] {
        zip(needs, sums).map { need, sum in
            guard let skill = need.kind.skill, sum.taggedCount > 0 else { return sum.strength }
            let unseen = Double(max(0, bank.count(of: skill) - sum.taggedCount))
            return sum.strength + unseen * sum.taggedStrength / Double(sum.taggedCount)
        }
    }

    /// For each need how sure it is that the bank has it as a topic, 0..1, by Hill's curve.
    func certainty(in bank: BankSkills.Supply) -> [Double] {
        zip(sums, counts(in: bank)).map { sum, count in
            let inferred = Double(sum.inferredCount) / Double(max(1, sum.taggedCount))
            let share = Self.givenShare + (Self.inferredShare - Self.givenShare) * inferred
            let half = max(Self.halfMin, share * bank.topicSize)
            return Self.floor + (1 - Self.floor) / (1 + pow(half / max(count, .leastNormalMagnitude), Self.steepness))
        }
    }
}
