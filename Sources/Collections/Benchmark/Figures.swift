import Foundation

/// Order statistics of measured times.
enum Percentile {
    /// The value that a share of the others does not exceed; 0 of no values. O(n log n)
    static func of(_ values: [Double], _ share: Double) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }
}

extension Double {
    /// To the five digits that a measurement is good for at most, so that lines stay readable.
    var fiveDigits: Double {
        guard isFinite, self != 0 else { return self }
        let decimals = 4 - Int(log10(abs(self)).rounded(.down))
        // Dividing by a power of ten gives the decimal number itself, multiplying by a fraction would not.
        let power = pow(10, Double(abs(decimals)))
        return decimals >= 0 ? (self * power).rounded() / power : (self / power).rounded() * power
    }
}
