/// Leave-last-out figures: each person's last item is ranked among all items that the person had not met before.
public struct SequenceReport: Codable, Equatable, Sendable {
    /// Of one way of ranking, means over people.
    public struct Figures: Codable, Equatable, Sendable {
        public var name: String
        /// Share of people whose item is among the first 20.
        public var recallAt20: Double
        /// 1 / log2(1 + rank) where the rank is at most 20.
        public var ndcgAt20: Double
        /// Mean of 1 / rank, over the full ranking.
        public var mrr: Double
    }

    public var people: Int
    public var items: Int
    public var settings: SequenceModel.Settings
    public var linearSettings: LinearSequence.Settings?
    public var linearShare: Float
    /// Popularity, the streaming item-to-item model, the regression where the items are few enough, and what serves.
    public var figures: [Figures]
    /// Of the streaming model: microseconds to learn one step, and to score all items once.
    public var microsecondsPerStep: Double
    public var microsecondsPerRanking: Double
}

/// Adds up ranks.
struct RankFigures {
    private var people = 0.0
    private var hits = 0.0
    private var gain = 0.0
    private var reciprocal = 0.0

    mutating func add(rank: Int) {
        people += 1
        reciprocal += 1 / Double(rank)
        guard rank <= 20 else { return }
        hits += 1
        // ln 2 over ln(1 + rank).
        gain += Double(Elementary.log(2) / Elementary.log(1 + Float(rank)))
    }

    func figures(_ name: String) -> SequenceReport.Figures {
        let count = max(people, 1)
        return SequenceReport.Figures(
            name: name, recallAt20: hits / count, ndcgAt20: gain / count, mrr: reciprocal / count)
    }

    /// 1 for the best; equal scores are ordered by item, as serving orders them.
    static func rank(_ target: Int32, _ scores: [Float], history: ArraySlice<Int32>) -> Int {
        let own = scores[Int(target)]
        var ahead = 0
        for (item, score) in scores.enumerated() where score > own || (score == own && item < Int(target)) {
            ahead += 1
        }
        for item in history {
            let score = scores[Int(item)]
            if score > own || (score == own && item < target) { ahead -= 1 }
        }
        return ahead + 1
    }
}
