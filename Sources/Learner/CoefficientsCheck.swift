/// A file of coefficients that cannot be used.
public struct CoefficientsError: Error, Equatable, CustomStringConvertible {
    public let field: String
    public let received: String
    public let allowed: String

    public var description: String { "coefficients: \(field) is \(received), allowed is \(allowed)" }
}

extension LearnerCoefficients {
    /// - Throws: `CoefficientsError` for the first field out of its range.
    func check() throws(CoefficientsError) {
        guard format == Self.formatVersion else {
            throw CoefficientsError(field: "format", received: "\(format)", allowed: "\(Self.formatVersion)")
        }
        let letters = name.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
                || byte == 46
        }
        guard letters, (1...64).contains(name.utf8.count) else {
            throw CoefficientsError(
                field: "name", received: "'\(name)'", allowed: "1 to 64 ASCII letters, digits, dots and dashes")
        }
        try checkNumbers()
        try checkLists()
    }

    /// Whether `check` finds nothing.
    var isUsable: Bool {
        do throws(CoefficientsError) {
            try check()
            return true
        } catch {
            return false
        }
    }

    private func checkNumbers() throws(CoefficientsError) {
        let positive: [(String, Float)] = [
            ("beliefs.ability_variance", beliefs.abilityVariance), ("beliefs.skill_variance", beliefs.skillVariance),
            ("beliefs.ease_variance", beliefs.easeVariance), ("beliefs.question_variance", beliefs.questionVariance),
            ("beliefs.residual_variance", beliefs.residualVariance),
            ("memory.first_half_life_days", memory.firstHalfLifeDays),
            ("learning.slope_rate", learning.slopeRate), ("learning.mixer_rate_answers", learning.mixerRateAnswers),
            ("learning.interval_deviations", learning.intervalDeviations),
        ]
        for (field, value) in positive { try Self.range(field, value, 1e-4...1e6) }
        let small: [(String, Float)] = [
            ("beliefs.ability_drift", beliefs.abilityDrift), ("beliefs.skill_drift", beliefs.skillDrift),
            ("beliefs.skill_drift_per_day", beliefs.skillDriftPerDay), ("memory.growth", memory.growth),
            ("memory.decay", memory.decay), ("memory.loss", memory.loss), ("learning.good_score", learning.goodScore),
            ("learning.mixer_rate", learning.mixerRate), ("learning.mixer_rate_last", learning.mixerRateLast),
            ("learning.gate_share", learning.gateShare),
        ]
        for (field, value) in small { try Self.range(field, value, 0...10) }
        try Self.range("learning.guess_floor", learning.guessFloor, 0...0.4)
        try Self.range("learning.slip_floor", learning.slipFloor, 0...0.4)
        try Self.range("beliefs.baseline", beliefs.baseline, -5...5)
        try Self.range("beliefs.level_shift", beliefs.levelShift, -5...5)
        try Self.range("beliefs.label_shift", beliefs.labelShift, -5...5)
        try Self.range("beliefs.declared_shift", beliefs.declaredShift, -5...5)
        try Self.range("memory.seconds_per_answer", Float(memory.secondsPerAnswer), 0...86_400)
    }

    private func checkLists() throws(CoefficientsError) {
        guard mixer.gated.count == Features.gateCount else {
            throw CoefficientsError(
                field: "mixer.gated", received: "\(mixer.gated.count) lists", allowed: "\(Features.gateCount)")
        }
        var lists = [
            ("mixer.centre", mixer.centre, Features.count), ("mixer.scale", mixer.scale, Features.count),
            ("mixer.shared", mixer.shared, Features.count), ("mixer.slopes", mixer.slopes, 8),
        ]
        for (index, list) in mixer.gated.enumerated() { lists.append(("mixer.gated[\(index)]", list, Features.count)) }
        for (field, list, count) in lists {
            guard list.count == count, list.allSatisfy({ $0.isFinite && abs($0) < 1e6 }) else {
                throw CoefficientsError(
                    field: field, received: "\(list.count) numbers", allowed: "\(count) numbers within a million")
            }
        }
    }

    private static func range(_ field: String, _ value: Float, _ allowed: ClosedRange<Float>) throws(CoefficientsError)
    {
        guard allowed.contains(value) else {
            throw CoefficientsError(
                field: field, received: "\(value)", allowed: "\(allowed.lowerBound) to \(allowed.upperBound)")
        }
    }
}
