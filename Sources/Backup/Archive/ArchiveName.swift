import Foundation

/// The name of an archive, `greenroom-20260131T235959Z-1a2b3c4d.grbk`, and of one that is not complete yet.
struct ArchiveName: Equatable {
    static let suffix = ".grbk"
    static let unfinishedSuffix = ".grbk.partial"
    private static let prefix = "greenroom-"

    let createdAt: Date
    let identifier: String

    init(createdAt: Date, identifier: String) {
        self.createdAt = createdAt
        self.identifier = identifier
    }

    /// One that hardly another backup has; writing refuses a name that is taken. Its identifier begins with the fraction of
    /// the second, so that of two backups made within one the later has the greater name: which is the newest must not be
    /// left to chance, since it is the one kept.
    static func new(at date: Date) -> ArchiveName {
        let seconds = date.timeIntervalSince1970.rounded(.down)
        let fraction = UInt16((date.timeIntervalSince1970 - seconds) * 65_536)
        let bytes =
            [UInt8(fraction >> 8), UInt8(fraction & 0xFF)] + (0..<2).map { _ in UInt8.random(in: .min ... .max) }
        return ArchiveName(createdAt: Date(timeIntervalSince1970: seconds), identifier: Hexadecimal.text(bytes))
    }

    var file: String { Self.prefix + stamp + "-" + identifier + Self.suffix }
    var unfinishedFile: String { Self.prefix + stamp + "-" + identifier + Self.unfinishedSuffix }

    /// Such as `20260131T235959Z`; the alphabetical order is that of time.
    var stamp: String {
        let parts = Calendar.utc.dateComponents([.year, .month, .day, .hour, .minute, .second], from: createdAt)
        let padded = { (number: Int?, width: Int) in
            let digits = String(number ?? 0)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let day = padded(parts.year, 4) + padded(parts.month, 2) + padded(parts.day, 2)
        return day + "T" + padded(parts.hour, 2) + padded(parts.minute, 2) + padded(parts.second, 2) + "Z"
    }

    static func isArchive(_ file: String) -> Bool { file.hasPrefix(prefix) && file.hasSuffix(suffix) }
    static func isUnfinished(_ file: String) -> Bool { file.hasPrefix(prefix) && file.hasSuffix(unfinishedSuffix) }
}

extension Calendar {
    /// ISO 8601 weeks, in UTC: what is kept does not depend on where the machine stands.
    static let utc: Calendar = {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = .gmt
        return calendar
    }()
}
