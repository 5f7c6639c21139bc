import Foundation

/// Random numbers of the simulation's distributions.
extension SeededRandom {
    /// A standard normal number (Box and Muller).
    mutating func normal() -> Double {
        let radius = (-2 * log(max(unit(), 1e-300))).squareRoot()
        return radius * cos(2 * Double.pi * unit())
    }

    mutating func exponential(mean: Double) -> Double { -mean * log(max(unit(), 1e-300)) }
}
