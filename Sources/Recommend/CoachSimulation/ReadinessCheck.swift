/// Compares what `Readiness` says with the truth.
struct ReadinessCheck: Sendable {
    private var people = 0
    private var overallInside = 0
    private var needs = 0
    private var inside = 0
    private var distance = 0.0

    mutating func add(_ readiness: Readiness, truths: [Double]) {
        guard let lower = readiness.lower, let upper = readiness.upper else { return }
        for (need, truth) in zip(readiness.needs, truths) { add(need, truth: truth) }
        let overall = zip(readiness.needs, truths).reduce(0) { $0 + $1.0.share * $1.1 }
        people += 1
        overallInside += lower <= overall && overall <= upper ? 1 : 0
    }

    private mutating func add(_ need: Readiness.Need, truth: Double) {
        needs += 1
        inside += need.lower <= truth && truth <= need.upper ? 1 : 0
        distance += abs(need.expected - truth)
    }

    mutating func add(_ other: Self) {
        people += other.people
        overallInside += other.overallInside
        needs += other.needs
        inside += other.inside
        distance += other.distance
    }

    /// The share of needs whose truth lies within the interval; 0 where there are none.
    var coverage: Double { Double(inside) / Double(max(needs, 1)) }
    /// The same of people and their readiness as a whole.
    var overallCoverage: Double { Double(overallInside) / Double(max(people, 1)) }
    var meanDistance: Double { distance / Double(max(needs, 1)) }
}
