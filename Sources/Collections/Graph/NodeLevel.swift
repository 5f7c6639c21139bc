import Foundation

/// The level of each node, drawn as in Malkov and Yashunin (2018): level l or above with probability m^−l.
///
/// It is drawn from the point's id, so that a point has the same level in every segment and every build.
enum NodeLevel {
    static let max = 12

    static func level(of key: PointKey, m: Int) -> Int {
        var bits = mix(of: key)
        // 53 bits make a number in 0..<1; 0 becomes the least one above it.
        bits >>= 11
        let uniform = (Double(bits) + 1) * 0x1p-53
        return min(max, Int(-log(uniform) / log(Double(m))))
    }

    /// The id's bits in no order (the finaliser of SplitMix64, Steele et al. 2014).
    static func mix(of key: PointKey) -> UInt64 {
        var bits = key.high ^ (key.low &* 0x9E37_79B9_7F4A_7C15) &+ 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
