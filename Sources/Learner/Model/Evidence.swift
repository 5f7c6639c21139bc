/// Everything computed for one prediction, which the update reuses.
struct Evidence {
    var features = FeatureVector(repeating: 0)
    var triesGate = 0
    var relationGate = 0
    var experienceGate = 0
    /// The Gaussian model's logit (drawn to 0) and the variance of the undrawn one.
    var combined: Float = 0
    var variance: Float = 0
    /// The part of the variance that is of the person.
    var personVariance: Float = 0
    /// What the logit is divided by, because the mean of a logistic curve over what is uncertain is flatter than the curve.
    @inline(__always)
    var flattening: Float { (1 + 0.35 * variance).squareRoot() }
    var slopesLogit: Float = 0
    /// The regression's inputs of the first skill, and the places of its trace and of the question's.
    var firstInputs = SIMD8<Float>(repeating: 0)
    var firstPlace = 0
    var questionPlace = 0
    /// What `SkillState.typical` averages.
    var typical = SIMD4<Float>(repeating: 0)
    var skillOrderSlot = ContextSlot()
    var questionOrderSlot = ContextSlot()
    var questionBeforeSlot = ContextSlot()
    var abilityBand = 0
    var questionContext = 0
    var sameSkill = false
    /// The time of the answer on the person's clock.
    var seconds: Double = 0
}

/// The inputs of one skill's regression.
enum SlopeInputs {
    @inline(__always)
    static func of(_ trace: SkillTrace, step: Int32) -> SIMD8<Float> {
        guard trace.lastStep >= 0 else { return SIMD8(1, 0, 0, 0, 0, 0, 0, 0) }
        let recency = 1 / (1 + Elementary.log(Float(max(step - trace.lastStep, 1))))
        return SIMD8(
            1, Elementary.logOnePlus(trace.successes), Elementary.logOnePlus(trace.failures), trace.recent,
            trace.trend, trace.history & 1 == 1 ? recency : -recency, 0.3 * trace.streak, recency)
    }
}

extension SlopeInputs {
    /// The sum of all eight, always in the same order.
    @inline(__always)
    static func sum(_ vector: SIMD8<Float>) -> Float {
        let four = vector.lowHalf + vector.highHalf
        return (four[0] + four[2]) + (four[1] + four[3])
    }
}

/// Where a context of a hashed table of residuals is kept, and the mark that tells it from others there.
struct ContextSlot {
    static let skillBits: UInt64 = 16
    static let questionBits: UInt64 = 17

    var index = 0
    var tag: UInt16 = 0

    init() {}

    @inline(__always)
    init(_ a: Int32, _ b: Int32, _ c: Int, bits: UInt64) {
        var mixed = UInt64(UInt32(bitPattern: a)) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 32)) &+ UInt64(UInt32(bitPattern: b)) &* 0xC2B2_AE3D_27D4_EB4F
        mixed = (mixed ^ (mixed >> 29)) &+ UInt64(UInt32(truncatingIfNeeded: c)) &* 0x1656_67B1_9E37_79F9
        mixed = (mixed ^ (mixed >> 32)) &* 0x9E37_79B9_7F4A_7C15
        index = Int(mixed >> (64 - bits))
        tag = UInt16(truncatingIfNeeded: mixed >> 16)
    }
}
