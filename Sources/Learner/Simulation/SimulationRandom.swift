import Foundation

/// Seeded numbers for simulated people (SplitMix64, Steele et al. 2014).
struct SimulationRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// A number in 0..<1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func below(_ count: Int) -> Int { min(Int(unit() * Double(count)), count - 1) }

    /// A standard normal number (Box and Muller).
    mutating func normal() -> Double {
        let radius = (-2 * Foundation.log(max(unit(), 1e-300))).squareRoot()
        return radius * Foundation.cos(2 * Double.pi * unit())
    }

    mutating func exponential(mean: Double) -> Double { -mean * Foundation.log(max(unit(), 1e-300)) }

    mutating func poisson(mean: Double) -> Int {
        let limit = Foundation.exp(-mean)
        var product = unit()
        var count = 0
        while product > limit {
            product *= unit()
            count += 1
        }
        return count
    }
}
