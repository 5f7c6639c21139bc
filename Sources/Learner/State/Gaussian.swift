/// A belief about one number on the logit scale.
public struct Gaussian: Equatable, Sendable {
    public var mean: Float
    public var variance: Float

    public init(mean: Float, variance: Float) {
        self.mean = mean
        self.variance = variance
    }

    /// A step of Laplace's approximation (Gaussian filtering of a logistic likelihood, as in Glicko):
    /// `gradient` and `curvature` belong to a sum in which this number has `weight`.
    @inline(__always)
    mutating func learn(weight: Float, gradient: Float, curvature: Float, floor: Float) {
        let reach = variance * weight
        mean += reach * gradient
        variance = max(variance - reach * reach * curvature, floor)
    }
}
