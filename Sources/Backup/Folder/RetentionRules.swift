public import Foundation

/// Which backups are kept: the newest ones, and the newest one of each of the latest days and weeks that have one.
///
/// Days and weeks (ISO 8601) are counted in UTC, and only those with a backup count: where backups stop, none is removed
/// by the passing of time. A rule of 0 keeps nothing by itself; where all are 0, everything is kept.
public struct RetentionRules: Sendable, Equatable {
    public static let countMax = 10_000

    public let last: Int
    public let daily: Int
    public let weekly: Int

    /// - Throws: `BackupError.invalidName` for a number outside of 0 to 10,000.
    public init(last: Int = 0, daily: Int = 0, weekly: Int = 0) throws(BackupError) {
        for (option, count) in [("--keep-last", last), ("--keep-daily", daily), ("--keep-weekly", weekly)]
        where !(0...Self.countMax).contains(count) {
            throw .invalidName(option: option, value: String(count), allowed: "0 to \(Self.countMax)")
        }
        self.last = last
        self.daily = daily
        self.weekly = weekly
    }

    public var keepsAll: Bool { last == 0 && daily == 0 && weekly == 0 }

    /// The places in `dates` of those that are kept; the newest always is. O(n log n).
    public func kept(of dates: [Date]) -> Set<Int> {
        if keepsAll { return Set(dates.indices) }
        // Of two with one date the later in the list counts as newer.
        let newestFirst = dates.indices.sorted { (dates[$0], $0) > (dates[$1], $1) }
        var kept = Set(newestFirst.prefix(max(1, last)))
        kept.formUnion(Self.newest(of: newestFirst, in: daily) { Calendar.utc.startOfDay(for: dates[$0]) })
        kept.formUnion(
            Self.newest(of: newestFirst, in: weekly) { place in
                let parts = Calendar.utc.dateComponents([.yearForWeekOfYear, .weekOfYear], from: dates[place])
                return [parts.yearForWeekOfYear ?? 0, parts.weekOfYear ?? 0]
            })
        return kept
    }

    private static func newest<Span: Hashable>(
        of newestFirst: [Int], in spans: Int, _ span: (Int) -> Span
    ) -> [Int] {
        var seen: Set<Span> = []
        var found: [Int] = []
        for place in newestFirst where seen.count < spans {
            if seen.insert(span(place)).inserted { found.append(place) }
        }
        return found
    }
}
