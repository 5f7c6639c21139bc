/// Compares what `Readiness` says with the truth.
struct ReadinessCheck: Sendable {
    private var needs = 0
    private var inside = 0
    private var distance = 0.0

    mutating func add(_ need: Readiness.Need, truth: Double) {
        needs += 1
        inside += need.lower <= truth && truth <= need.upper ? 1 : 0
        distance += abs(need.expected - truth)
    }

    mutating func add(_ other: Self) {
        needs += other.needs
        inside += other.inside
        distance += other.distance
    }

    /// The share of needs whose truth lies within the interval; 0 where there are none.
    var coverage: Double { Double(inside) / Double(max(needs, 1)) }
    var meanDistance: Double { distance / Double(max(needs, 1)) }
}
