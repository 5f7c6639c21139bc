/// What people turn to next, by a ridge regression of the next items on the recency-weighted history, solved in closed
/// form for all items at once (as EASE, Steck 2019, but of what follows on what came before, so no constraint on the
/// diagonal is needed). Fitted as a whole: for up to some thousand items, offline.
public struct LinearSequence: Sendable {
    public static let itemsMax = 4_096

    public struct Settings: Codable, Equatable, Sendable {
        /// The weight of an item against the one after it, and the least weight of any.
        public var lagDecay = 0.9
        public var lagFloor = 0.05
        /// Items looked back at.
        public var lagsMax = 60
        /// The next items count too, each less than the one before.
        public var targetDecay = 0.7
        public var targetsMax = 8
        /// The penalty on squared weights.
        public var ridge = 50.0

        public init() {}
    }

    public let settings: Settings
    public let itemCount: Int
    /// Row-major, from source to target.
    private let weights: [Float]

    /// Takes O(steps × lags² + items³); about 4 s for 1,700 items and 100,000 steps.
    /// - Throws: `LearnerInputError.number` for too many items, or a penalty so small that nothing can be solved.
    public init(_ sequences: [[Int32]], itemCount: Int, settings: Settings = Settings()) throws(LearnerInputError) {
        guard (1...Self.itemsMax).contains(itemCount) else {
            throw .number(field: "items", received: itemCount, allowed: 1...Self.itemsMax)
        }
        guard settings.ridge >= 0.01, settings.ridge <= 1e9 else {
            throw .setting(field: "ridge", received: settings.ridge, allowed: 0.01...1e9)
        }
        self.settings = settings
        self.itemCount = itemCount
        var gram = [Double](repeating: 0, count: itemCount * itemCount)
        var cross = gram
        for sequence in sequences {
            for place in sequence.indices.dropFirst() {
                Self.add(sequence, place, settings, itemCount, &gram, &cross)
            }
        }
        for item in 0..<itemCount { gram[item * itemCount + item] += settings.ridge }
        var matrix = PositiveDefinite(size: itemCount, rows: gram)
        guard matrix.factor() else {
            throw .setting(field: "ridge", received: settings.ridge, allowed: (settings.ridge * 10)...1e10)
        }
        matrix.solve(&cross, columns: itemCount)
        weights = cross.map { Float($0) }
    }

    /// One step: what came before `place`, and what came there and next.
    private static func add(
        _ sequence: [Int32], _ place: Int, _ settings: Settings, _ itemCount: Int, _ gram: inout [Double],
        _ cross: inout [Double]
    ) {
        let history = weighted(sequence[..<place], settings)
        for (index, a) in history.enumerated() {
            let row = a.item * itemCount
            for b in history[...index] {
                // The lower triangle alone is read.
                let (high, low) = a.item > b.item ? (a.item, b.item) : (b.item, a.item)
                gram[high * itemCount + low] += a.weight * b.weight
            }
            var weight = 1.0
            for target in sequence[place...].prefix(settings.targetsMax) {
                cross[row + Int(target)] += a.weight * weight
                weight *= settings.targetDecay
            }
        }
    }

    private static func weighted(
        _ history: ArraySlice<Int32>, _ settings: Settings
    ) -> [(item: Int, weight: Double)] {
        var weight = 1.0
        return history.reversed().prefix(settings.lagsMax).map { item in
            defer { weight *= settings.lagDecay }
            return (item: Int(item), weight: max(weight, settings.lagFloor))
        }
    }

    /// A score for every item; larger is likelier. O(lags × items).
    public func scores(after history: [Int32]) -> [Float] {
        var scores = [Float](repeating: 0, count: itemCount)
        for (item, weight) in Self.weighted(history[...], settings) {
            let share = Float(weight)
            let row = item * itemCount
            for target in 0..<itemCount { scores[target] += share * weights[row + target] }
        }
        return scores
    }
}
