import Foundation
public import Learner

/// What is learned from a question, as a curve over the probability of answering it well: all of it inside the band, and
/// less the further outside, below as above, by a Gaussian of its own width on each side.
///
/// A question far above a person teaches little because nothing connects, one far below because nothing is new; the zone
/// between (Vygotsky's zone of proximal development; the 85 % rule of Wilson et al. 2019 is its narrow form for
/// gradient learners) is where practice pays. Nobody knows the curve of one person: `CoachFeedback` moves the band.
public struct TargetBand: Codable, Equatable, Sendable {
    /// 0...1, the first not above the second.
    public var low: Double
    public var high: Double
    /// The distance at which 37 % is left; above 0.
    public var widthBelow: Double
    public var widthAbove: Double

    public init(low: Double = 0.6, high: Double = 0.75, widthBelow: Double = 0.15, widthAbove: Double = 0.12) {
        self.low = low
        self.high = high
        self.widthBelow = widthBelow
        self.widthAbove = widthAbove
    }

    /// The share of what can be learned, 0...1, where the probability is known to be `probability`.
    public func share(at probability: Double) -> Double {
        if probability < low { return Self.bell((low - probability) / widthBelow) }
        if probability > high { return Self.bell((probability - high) / widthAbove) }
        return 1
    }

    /// The expected share under the uncertainty of the probability of a good answer.
    ///
    /// The interval of 90 % ends at 1.645 standard deviations, close to the outer nodes (1.732) of the Gauss-Hermite rule
    /// with three points, whose weights 1/6, 2/3, 1/6 are taken here.
    public func expectedShare(_ prediction: Prediction) -> Double {
        let good = prediction.good
        return expectedShare(Double(good.probability), lower: Double(good.lower), upper: Double(good.upper))
    }

    func expectedShare(_ probability: Double, lower: Double, upper: Double) -> Double {
        2 / 3 * share(at: probability) + (share(at: lower) + share(at: upper)) / 6
    }

    /// The band moved by `shift` and kept within 0.3...0.95; its breadth stays.
    public func moved(by shift: Double) -> Self {
        let held = min(max(shift, 0.3 - low), 0.95 - high)
        var band = self
        band.low += held
        band.high += held
        return band
    }

    private static func bell(_ distance: Double) -> Double { exp(-distance * distance) }
}
