/// Pauses after failures: each twice as long as the one before, up to a maximum, and shortened at random by up to half
/// so that instances do not come back all at once.
struct Backoff: Sendable {
    let secondsMin: Double
    let secondsMax: Double
    private(set) var failuresCount = 0

    init(secondsMin: Double, secondsMax: Double) {
        precondition(secondsMin > 0 && secondsMax >= secondsMin)
        self.secondsMin = secondsMin
        self.secondsMax = secondsMax
    }

    mutating func reset() { failuresCount = 0 }

    /// The pause after one more failure.
    mutating func nextSeconds(using generator: inout some RandomNumberGenerator) -> Double {
        var full = secondsMin
        for _ in 0..<failuresCount where full < secondsMax { full *= 2 }
        failuresCount += 1
        return min(full, secondsMax) * Double.random(in: 0.5...1, using: &generator)
    }
}
