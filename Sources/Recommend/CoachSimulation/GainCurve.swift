import Foundation

/// How much of what can be gained a simulated learner gains from a question, by the probability of answering it well.
///
/// A beta density scaled to 1 at its mode: not the shape that the coach assumes, and the populations move its mode
/// away from the coach's band too, or make it flat.
public struct GainCurve: Codable, Equatable, Sendable {
    /// Where most is gained, within 0...1; nil gains the same everywhere.
    public var peak: Double?
    /// The greater, the narrower; at least 0.
    public var concentration: Double
    /// What is gained even from a hopeless or a trivial question, 0...1.
    public var floor: Double

    public init(peak: Double?, concentration: Double = 5, floor: Double = 0.1) {
        self.peak = peak
        self.concentration = concentration
        self.floor = floor
    }

    /// What a flat curve gains everywhere: about the mean of the others over questions at random.
    static let flatShare = 0.55

    /// 0...1
    func share(at probability: Double) -> Double {
        guard let peak else { return Self.flatShare }
        let held = min(max(probability, 1e-6), 1 - 1e-6)
        let rise = concentration * peak * log(held / peak)
        let fall = concentration * (1 - peak) * log((1 - held) / (1 - peak))
        return floor + (1 - floor) * exp(rise + fall)
    }
}
