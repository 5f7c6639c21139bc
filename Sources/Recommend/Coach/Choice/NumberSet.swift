/// A set of numbers from 0 to below a limit: one bit each.
struct NumberSet {
    private var words: [UInt64]

    init(limit: Int) { words = Array(repeating: 0, count: (limit + 63) / 64) }

    /// Whether the number is new.
    /// - Precondition: `number` is from 0 to below the limit.
    @inline(__always)
    mutating func insert(_ number: Int32) -> Bool {
        let bit: UInt64 = 1 << (UInt64(number) & 63)
        let isNew = words[Int(number) / 64] & bit == 0
        words[Int(number) / 64] |= bit
        return isNew
    }
}
