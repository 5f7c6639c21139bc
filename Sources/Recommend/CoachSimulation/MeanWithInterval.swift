/// A mean over seeds, with an interval of 95 % (Student's distribution).
public struct MeanWithInterval: Codable, Equatable, Sendable {
    public var mean: Double
    /// Equal to the mean where there is one value only.
    public var lower: Double
    public var upper: Double

    init(_ values: [Double]) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / max(count, 1)
        self.mean = mean
        lower = mean
        upper = mean
        guard values.count > 1 else { return }
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let reach = Self.quantile(freedom: count - 1) * (variance / count).squareRoot()
        lower = mean - reach
        upper = mean + reach
    }

    /// The 97.5 % quantile of Student's distribution by Cornish and Fisher's expansion; within 0.5 % from 4 degrees of
    /// freedom on, and too small below.
    static func quantile(freedom: Double) -> Double {
        let z = 1.959_964
        let first = (z * z * z + z) / 4
        let second = (5 * z * z * z * z * z + 16 * z * z * z + 3 * z) / 96
        let third = (3 * z * z * z * z * z * z * z + 19 * z * z * z * z * z + 17 * z * z * z - 15 * z) / 384
        return z + first / freedom + second / (freedom * freedom) + third / (freedom * freedom * freedom)
    }
}
