import Foundation

/// A number that falls to half with every half-life.
struct FadingValue: Codable, Equatable, Sendable {
    private var value = 0.0
    private(set) var seconds = 0.0

    func value(at now: Double, halfLifeDays: Double) -> Double {
        let days = max(now - seconds, 0) / 86_400
        return value * exp2(-days / halfLifeDays)
    }

    /// Adds at a time; an earlier time than the latest counts as that.
    mutating func add(_ step: Double, at now: Double, halfLifeDays: Double, within range: ClosedRange<Double>) {
        let time = max(now, seconds)
        value = min(max(value(at: time, halfLifeDays: halfLifeDays) + step, range.lowerBound), range.upperBound)
        seconds = time
    }
}
