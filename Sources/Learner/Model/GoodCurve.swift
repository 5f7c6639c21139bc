/// How often answers are good, from the logit of the expected score: a line on the logit scale that is learned online (after
/// Platt 1999). Scores of 0 and 1 leave it where it begins, at the same; graded scores make it steeper, because a score of
/// .6 is expected where nearly every answer reaches .5.
struct GoodCurve: Equatable, Sendable {
    private(set) var shift: Float = 0
    private(set) var slope: Float = 1
    /// What is known of both, as inverse variances; bounded, so that the line follows what changes.
    private(set) var shiftPrecision = Self.priorPrecision
    private(set) var slopePrecision = Self.priorPrecision

    private static let priorPrecision: Float = 10
    private static let precisionMax: Float = 1_000
    private static let slopeRange: ClosedRange<Float> = 0.25...6

    @inline(__always)
    func logit(_ logit: Float) -> Float { shift + slope * logit }

    @inline(__always)
    mutating func learn(_ logit: Float, good: Bool) {
        let expected = Elementary.logistic(self.logit(logit))
        let error = (good ? 1 : 0) - expected
        let information = max(expected * (1 - expected), 0.01)
        shiftPrecision = min(shiftPrecision + information, Self.precisionMax)
        slopePrecision = min(slopePrecision + information * logit * logit, Self.precisionMax)
        shift += error / shiftPrecision
        slope += error * logit / slopePrecision
        slope = min(max(slope, Self.slopeRange.lowerBound), Self.slopeRange.upperBound)
    }
}

extension StateWriter {
    mutating func put(_ curve: GoodCurve) {
        put(curve.shift)
        put(curve.slope)
        put(curve.shiftPrecision)
        put(curve.slopePrecision)
    }
}

extension GoodCurve {
    init(_ reader: inout StateReader) throws(LearnerStateError) {
        shift = try reader.float()
        slope = try reader.float()
        shiftPrecision = try reader.float()
        slopePrecision = try reader.float()
    }
}
