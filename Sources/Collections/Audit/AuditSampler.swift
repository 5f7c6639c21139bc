import Synchronization

/// Chooses a share of events by their number: the same ones in every run, and in no rhythm that callers could share.
final class AuditSampler: Sendable {
    private let share: Double
    private let events = Atomic<UInt64>(0)

    /// - Parameter share: 0...1
    init(share: Double) {
        precondition((0...1).contains(share))
        self.share = share
    }

    /// Whether the event at hand is one of the sample. One atomic addition, none where nothing is sampled.
    func next() -> Bool {
        guard share > 0 else { return false }
        let number = events.wrappingAdd(1, ordering: .relaxed).newValue
        return Double(Self.mix(number) >> 11) * 0x1p-53 < share
    }

    /// SplitMix64 (Steele et al. 2014).
    private static func mix(_ number: UInt64) -> UInt64 {
        var bits = number &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
