import Foundation

/// How good ranked lists of questions are, where each question has a topic and each post weighs the topics it wants.
///
/// Gains are the weights of wanted topics. nDCG is that of Järvelin and Kekäläinen (2002); α-nDCG that of Clarke et al.
/// (2008) with α = ½, by which a second question on a topic counts half and a third a quarter; its ideal takes the topics in
/// turn, the most wanted first.
public struct SuggestionFigures: Sendable, Equatable {
    /// Posts that want a topic of the bank.
    public private(set) var posts = 0
    public private(set) var ndcg = 0.0
    public private(set) var alphaNdcg = 0.0
    public private(set) var precision = 0.0
    /// The share of the wanted topics that is reached, of as many as the list has places.
    public private(set) var coverage = 0.0

    private let depth: Int
    private let bank: [String: Int]

    /// - Parameters:
    ///   - bank: how many questions of each topic there are.
    ///   - depth: how many places of a list count.
    public init(bank: [String: Int], depth: Int = 10) {
        precondition(depth > 0)
        self.bank = bank
        self.depth = depth
    }

    /// Takes in the topics of a list, best first.
    public mutating func add(_ topics: [String], wanted: [String: Double]) {
        let wanted = wanted.filter { bank[$0.key, default: 0] > 0 && $0.value > 0 }
        guard !wanted.isEmpty else { return }
        let shown = topics.prefix(depth)
        let best = wanted.flatMap { topic, weight in
            Array(repeating: weight, count: min(depth, bank[topic, default: 0]))
        }.sorted(by: >).prefix(depth)
        let ideal = Self.inTurn(wanted, bank, depth)
        let alpha = Self.novelty(shown.map { wanted[$0] == nil ? nil : $0 }) / Self.novelty(ideal.map { $0 })
        let found = Set(shown).intersection(wanted.keys).count
        let values = (
            Self.discounted(shown.map { wanted[$0] ?? 0 }) / Self.discounted(Array(best)), alpha,
            Double(shown.count { wanted[$0] != nil }) / Double(depth), Double(found) / Double(min(depth, wanted.count))
        )
        posts += 1
        let share = 1 / Double(posts)
        ndcg += (values.0 - ndcg) * share
        alphaNdcg += (values.1 - alphaNdcg) * share
        precision += (values.2 - precision) * share
        coverage += (values.3 - coverage) * share
    }

    private static func discounted(_ gains: [Double]) -> Double {
        gains.enumerated().reduce(0) { $0 + $1.element / log2(Double($1.offset) + 2) }
    }

    private static func novelty(_ topics: [String?]) -> Double {
        var seen: [String: Int] = [:]
        return discounted(
            topics.map { topic in
                guard let topic else { return 0 }
                defer { seen[topic, default: 0] += 1 }
                return pow(0.5, Double(seen[topic, default: 0]))
            })
    }

    private static func inTurn(_ wanted: [String: Double], _ bank: [String: Int], _ depth: Int) -> [String] {
        let order = wanted.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        var left = bank
        var list: [String] = []
        while list.count < depth {
            let before = list.count
            for topic in order where left[topic, default: 0] > 0 && list.count < depth {
                list.append(topic)
                left[topic, default: 0] -= 1
            }
            if list.count == before { break }
        }
        return list
    }
}
