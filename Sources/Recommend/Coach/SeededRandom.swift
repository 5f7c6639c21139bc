/// Numbers that follow from a seed or a text and from nothing else: the same on every machine and in every process.
struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64 (Steele et al. 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// A number in 0..<1.
    mutating func unit() -> Double { Self.unit(next()) }

    /// A whole number in 0..<count.
    /// - Precondition: `count` is above 0.
    mutating func below(_ count: Int) -> Int { min(Int(unit() * Double(count)), count - 1) }

    static func unit(_ bits: UInt64) -> Double { Double(bits >> 11) * 0x1p-53 }

    static func mixed(_ bits: UInt64) -> UInt64 {
        var value = bits
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// FNV-1a over the bytes, then mixed, because FNV leaves its high bits poorly spread for short texts.
    static func hash(_ text: String) -> UInt64 {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return mixed(value)
    }
}
