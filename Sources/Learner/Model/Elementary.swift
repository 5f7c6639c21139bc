/// Elementary functions from additions, multiplications and divisions alone. IEEE 754 defines those to the last bit,
/// libm's functions not: this is what makes a replay on another machine give the same state.
enum Elementary {
    /// e^x for x within -30...30, beyond which it is held; relative error below 4e-6.
    @inline(__always)
    static func exp(_ x: Float) -> Float {
        let scaled = min(max(x, -30), 30) * 1.442_695_04
        // Rounds to the nearest: truncation of a positive number is its floor, in one instruction everywhere.
        let whole = Int32(scaled + 64.5) - 64
        let part = scaled - Float(whole)
        var power = 0.009_618_129 + part * 0.001_333_355_8
        power = 0.055_504_11 + part * power
        power = 0.240_226_51 + part * power
        power = 0.693_147_2 + part * power
        return (1 + part * power) * Float(bitPattern: UInt32(whole + 127) << 23)
    }

    /// ln x for a positive normal x; absolute error below 2e-5 of one unit of the logarithm.
    @inline(__always)
    static func log(_ x: Float) -> Float {
        let bits = x.bitPattern
        let exponent = Float(Int32(bits >> 23) - 127)
        let mantissa = Float(bitPattern: (bits & 0x7F_FFFF) | 0x3F80_0000)
        let t = (mantissa - 1) / (mantissa + 1)
        let t2 = t * t
        var series: Float = 0.142_857_14 + t2 * 0.111_111_11
        series = 0.2 + t2 * series
        series = 0.333_333_33 + t2 * series
        return 0.693_147_2 * exponent + 2 * t * (1 + t2 * series)
    }

    /// ln(1 + x) for x of at least 0.
    @inline(__always)
    static func logOnePlus(_ x: Float) -> Float { log(1 + x) }

    /// The logistic function.
    @inline(__always)
    static func logistic(_ x: Float) -> Float { 1 / (1 + exp(-x)) }

    /// The logit of a probability drawn a hundredth towards one half, so that it stays within -4.6...4.6.
    @inline(__always)
    static func logit(_ p: Float) -> Float {
        let held = p * 0.98 + 0.01
        return log(held / (1 - held))
    }

    /// 2^-x for x of at least 0.
    @inline(__always)
    static func halving(_ x: Float) -> Float { exp(-0.693_147_2 * x) }
}
