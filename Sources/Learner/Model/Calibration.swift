/// How far the beliefs' variances are from what answers show: what makes intervals as wide as they promise to be, on logs
/// unlike those of the fit. It changes no prediction.
///
/// Two figures. **Dispersion**: squared errors against those of scores that are 0 or 1; graded scores spread less, and
/// everything that is inferred from them is as much surer (quasi-likelihood, Wedderburn 1974). **Spread**: the errors of
/// two answers of one person in one skill, one after the other, have nothing to do with each other where the beliefs'
/// variances are right, agree where they are too small and disagree where they are too large (whiteness of innovations,
/// Mehra 1970).
struct Calibration: Equatable, Sendable {
    /// Running means over answers: squared errors, and p (1 - p).
    var squares: Float = 0
    var bernoulli: Float = 0
    var answers: Float = 0
    /// Running means over pairs: the product of both errors, and what the first took off it by moving the beliefs.
    var products: Float = 0
    var moved: Float = 0
    var pairs: Float = 0

    /// Means forget beyond so many.
    static let limit: Float = 10_000
    private static let answersDoubt: Float = 100
    private static let pairsDoubt: Float = 500
    private static let dispersionRange: ClosedRange<Float> = 0.05...1.5
    private static let spreadRange: ClosedRange<Float> = 0.25...4

    /// The factor of every variance on the logit scale: 1 for scores of 0 and 1.
    @inline(__always)
    var dispersion: Float {
        guard bernoulli > 0 else { return 1 }
        let believed = answers / (answers + Self.answersDoubt)
        return Self.held(1 + believed * (squares / bernoulli - 1), Self.dispersionRange)
    }

    /// The factor of the variances of what is believed of people.
    @inline(__always)
    var spread: Float {
        guard moved > 0 else { return 1 }
        let believed = pairs / (pairs + Self.pairsDoubt)
        return Self.held(1 + believed * products / moved, Self.spreadRange)
    }

    /// - Parameter last: what is kept of the person's last answer in the question's first skill; the others are not looked at.
    @inline(__always)
    mutating func learn(error: Float, plain: Float, slope: Float, last: SkillTrace?) {
        let rate = 1 / (min(answers, Self.limit) + 1)
        squares += (error * error - squares) * rate
        bernoulli += (plain * (1 - plain) - bernoulli) * rate
        answers = min(answers + 1, Self.limit)
        guard let last, last.lastStep >= 0 else { return }
        let pairRate = 1 / (min(pairs, Self.limit) + 1)
        products += (last.error * error - products) * pairRate
        moved += (last.error * last.moved * slope - moved) * pairRate
        pairs = min(pairs + 1, Self.limit)
    }

    @inline(__always)
    private static func held(_ value: Float, _ range: ClosedRange<Float>) -> Float {
        min(max(value, range.lowerBound), range.upperBound)
    }
}

extension StateWriter {
    mutating func put(_ calibration: Calibration) {
        put(calibration.squares)
        put(calibration.bernoulli)
        put(calibration.answers)
        put(calibration.products)
        put(calibration.moved)
        put(calibration.pairs)
    }
}

extension Calibration {
    init(_ reader: inout StateReader) throws(LearnerStateError) {
        squares = try reader.float()
        bernoulli = try reader.float()
        answers = try reader.float()
        products = try reader.float()
        moved = try reader.float()
        pairs = try reader.float()
    }
}
