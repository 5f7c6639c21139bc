import Foundation

/// The seeds of tests that can go on for as long as one likes.
enum Seeds {
    /// As many as the variable GREENROOM_TEST_SEEDS says, for a longer run; `count` without it.
    static func first(_ count: UInt64) -> Range<UInt64> {
        let wanted = ProcessInfo.processInfo.environment["GREENROOM_TEST_SEEDS"].flatMap { UInt64($0) }
        return 1..<1 + min(max(1, wanted ?? count), 100_000)
    }
}
