/// Sums of scores for a run of slots, in memory small enough to stay in the first cache.
///
/// The memory belongs to the caller; windows are for one thread.
struct ScoreWindow {
    static let slotCount = 2_048

    private let sums: UnsafeMutablePointer<Double>
    /// A bit for each slot that something was added to.
    private let touched: UnsafeMutablePointer<UInt64>
    private let matching: UnsafePointer<UInt64>
    /// A multiple of 64.
    let start: UInt32
    /// The slot behind the last.
    let end: UInt32

    /// The window that a slot is in, over memory for `slotCount` sums and a bit for each, all zero.
    init(
        around slot: Int, slotsMax: Int, sums: UnsafeMutablePointer<Double>, touched: UnsafeMutablePointer<UInt64>,
        matching: UnsafePointer<UInt64>
    ) {
        let first = slot & ~63
        start = UInt32(first)
        end = UInt32(min(first + Self.slotCount, slotsMax))
        self.sums = sums
        self.touched = touched
        self.matching = matching
    }

    @inline(__always)
    func isMatching(_ slot: UInt32) -> Bool { matching[Int(slot >> 6)] >> UInt64(slot & 63) & 1 == 1 }

    @inline(__always)
    func add(_ share: Double, to slot: UInt32) {
        let offset = Int(slot &- start)
        sums[offset] += share
        touched[offset >> 6] |= 1 << UInt64(offset & 63)
    }

    /// Calls `body` with each slot that something was added to, ascending, and its sum, which is zero afterwards.
    @inline(__always)
    func drain(_ body: (UInt32, Double) -> Void) {
        for index in 0..<Self.slotCount / 64 {
            var word = touched[index]
            touched[index] = 0
            while word != 0 {
                let offset = index << 6 + word.trailingZeroBitCount
                body(start &+ UInt32(offset), sums[offset])
                sums[offset] = 0
                word &= word &- 1
            }
        }
    }
}
