/// What people turn to next: a sparse item-to-item model that looks at the order of items and at how long ago they were.
/// It learns from one step at a time, so it serves while it learns.
///
/// Every step adds to the link from each of the last items to the new one, less the longer ago that item was. A score is
/// the same weighted sum over the asked history, each link divided by how often its source was met and, to a power, by
/// how often its target was; popularity breaks the rest.
public struct SequenceModel: Equatable, Sendable {
    /// Links kept of an item; beyond, the weakest quarter is dropped.
    public static let linksMax = 1_024
    public static let itemsMax = 1_000_000

    public struct Settings: Codable, Equatable, Sendable {
        /// Items looked back at; 1 to 200.
        public var lagsMax = 30
        /// The weight of an item against the one after it; 0 to 1.
        public var lagDecay: Float = 0.8
        /// The power of the target's popularity that links are divided by; 0 is the plain conditional probability.
        public var targetPower: Float = 0.3
        /// Answers after which an item's links count half of what they say.
        public var sourcePrior: Float = 5
        /// The weight of an item's share of all steps.
        public var popularShare: Float = 0.01

        public init() {}
    }

    struct Link: Equatable, Sendable {
        let item: Int32
        var weight: Float
    }

    public let settings: Settings
    /// Of each item, ordered by target.
    private var links: [[Link]]
    private var met: [Float]
    private var steps: Float = 0

    /// - Throws: `LearnerInputError.number`.
    public init(itemCount: Int, settings: Settings = Settings()) throws(LearnerInputError) {
        guard (0...Self.itemsMax).contains(itemCount) else {
            throw .number(field: "items", received: itemCount, allowed: 0...Self.itemsMax)
        }
        guard (1...200).contains(settings.lagsMax) else {
            throw .number(field: "lags", received: settings.lagsMax, allowed: 1...200)
        }
        self.settings = settings
        links = Array(repeating: [], count: itemCount)
        met = Array(repeating: 0, count: itemCount)
    }

    public var itemCount: Int { links.count }

    /// Learns that `item` came after `history` (oldest first). O(lags × log links).
    /// - Precondition: items are below `itemCount`.
    public mutating func learn(_ item: Int32, after history: some BidirectionalCollection<Int32>) {
        var weight: Float = 1
        for source in history.reversed().prefix(settings.lagsMax) where source != item {
            add(Int(source), item, weight)
            weight *= settings.lagDecay
        }
        met[Int(item)] += 1
        steps += 1
    }

    private mutating func add(_ source: Int, _ target: Int32, _ weight: Float) {
        var low = 0
        var high = links[source].count
        while low < high {
            let middle = (low + high) / 2
            if links[source][middle].item < target { low = middle + 1 } else { high = middle }
        }
        if low < links[source].count, links[source][low].item == target {
            links[source][low].weight += weight
            return
        }
        links[source].insert(Link(item: target, weight: weight), at: low)
        guard links[source].count > Self.linksMax else { return }
        let weakest = links[source].sorted { ($0.weight, $0.item) < ($1.weight, $1.item) }.prefix(Self.linksMax / 4)
        let dropped = Set(weakest.map(\.item))
        links[source].removeAll { dropped.contains($0.item) }
    }

    /// A score for every item; larger is likelier. O(items + lags × links).
    public func scores(after history: some BidirectionalCollection<Int32>) -> [Float] {
        var scores = met.map { settings.popularShare * $0 / max(steps, 1) }
        var found = [Float](repeating: 0, count: itemCount)
        var weight: Float = 1
        for source in history.reversed().prefix(settings.lagsMax) {
            let share = weight / (met[Int(source)] + settings.sourcePrior)
            for link in links[Int(source)] { found[Int(link.item)] += share * link.weight }
            weight *= settings.lagDecay
        }
        for item in found.indices where found[item] > 0 {
            scores[item] += found[item] * Self.power(met[item] + settings.sourcePrior, -settings.targetPower)
        }
        return scores
    }

    private static func power(_ base: Float, _ exponent: Float) -> Float {
        exponent == 0 ? 1 : Elementary.exp(exponent * Elementary.log(base))
    }

    /// The likeliest items that are not excluded, best first; ties in order of item.
    public func best(
        _ count: Int, after history: some BidirectionalCollection<Int32>, excluding: Set<Int32> = []
    ) -> [(item: Int32, score: Float)] {
        let scores = scores(after: history)
        let allowed = scores.indices.filter { !excluding.contains(Int32($0)) }
        let ordered = allowed.sorted { (scores[$1], $0) < (scores[$0], $1) }
        return ordered.prefix(max(count, 0)).map { (item: Int32($0), score: scores[$0]) }
    }
}
