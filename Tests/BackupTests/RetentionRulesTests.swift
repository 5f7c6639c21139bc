import Foundation
import Testing

@testable import Backup

@Suite struct RetentionRulesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let last: Int
        let daily: Int
        let weekly: Int
        let dates: [String]
        let kept: [Int]
        var testDescription: String { "last \(last) daily \(daily) weekly \(weekly): \(dates)" }
    }

    // 2026-01-05 is a Monday.
    static let cases = [
        Case(last: 0, daily: 0, weekly: 0, dates: ["2026-01-05T01:00:00Z", "2020-01-05T01:00:00Z"], kept: [0, 1]),
        Case(last: 1, daily: 0, weekly: 0, dates: [], kept: []),
        Case(last: 2, daily: 0, weekly: 0, dates: three, kept: [1, 2]),
        Case(last: 9, daily: 0, weekly: 0, dates: three, kept: [0, 1, 2]),
        // In any order.
        Case(last: 1, daily: 0, weekly: 0, dates: three.reversed(), kept: [0]),
        // The newest of a day stands for it.
        Case(
            last: 0, daily: 2, weekly: 0,
            dates: ["2026-01-05T01:00:00Z", "2026-01-06T01:00:00Z", "2026-01-06T23:59:59Z", "2026-01-07T00:00:00Z"],
            kept: [2, 3]),
        // Days without a backup do not count: nothing goes because time passes.
        Case(
            last: 0, daily: 2, weekly: 0,
            dates: ["2025-01-01T00:00:00Z", "2025-06-01T00:00:00Z", "2026-01-01T00:00:00Z"],
            kept: [1, 2]),
        // Sunday and the Monday after it are two weeks.
        Case(
            last: 0, daily: 0, weekly: 2,
            dates: ["2025-12-28T12:00:00Z", "2026-01-03T12:00:00Z", "2026-01-04T12:00:00Z", "2026-01-05T12:00:00Z"],
            kept: [2, 3]),
        // The ISO week of the turn of the year is one week.
        Case(
            last: 0, daily: 0, weekly: 9,
            dates: ["2025-12-29T12:00:00Z", "2026-01-01T12:00:00Z", "2026-01-04T12:00:00Z"],
            kept: [2]),
        // Rules add up; one backup may serve several.
        Case(
            last: 1, daily: 2, weekly: 2,
            dates: [
                "2025-12-20T01:00:00Z", "2025-12-31T01:00:00Z", "2026-01-06T01:00:00Z", "2026-01-07T01:00:00Z",
                "2026-01-07T02:00:00Z",
            ],
            kept: [1, 2, 4]),
        // Of two at the same moment, the later in the list.
        Case(last: 1, daily: 0, weekly: 0, dates: ["2026-01-05T01:00:00Z", "2026-01-05T01:00:00Z"], kept: [1]),
    ]

    private static let three = ["2026-01-05T01:00:00Z", "2026-01-06T01:00:00Z", "2026-01-07T01:00:00Z"]

    @Test(arguments: cases) func keeps(_ example: Case) throws {
        let rules = try RetentionRules(last: example.last, daily: example.daily, weekly: example.weekly)
        let dates = try example.dates.map { try Date($0, strategy: .iso8601) }
        #expect(rules.kept(of: dates).sorted() == example.kept)
    }

    @Test func theNewestAlwaysStays() throws {
        let dates = (0..<40).map { Date(timeIntervalSince1970: Double($0) * 40_000) }
        for (last, daily, weekly) in [(1, 0, 0), (0, 1, 0), (0, 0, 1), (3, 2, 1)] {
            #expect(try RetentionRules(last: last, daily: daily, weekly: weekly).kept(of: dates).contains(39))
        }
    }

    @Test func refusesNegativeNumbers() {
        #expect(
            throws: BackupError.invalidName(option: "--keep-daily", value: "-1", allowed: "0 to 10000")
        ) { try RetentionRules(daily: -1) }
    }
}
