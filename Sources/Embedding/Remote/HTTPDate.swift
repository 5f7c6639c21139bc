/// A moment as HTTP writes it, in seconds since 1970 (RFC 9110, section 5.6.7).
///
/// All three forms are read that a recipient must know: "Sun, 06 Nov 1994 08:49:37 GMT", the older "Sunday, 06-Nov-94
/// 08:49:37 GMT" and "Sun Nov  6 08:49:37 1994".
struct HTTPDate: Equatable, Comparable {
    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let textBytesMax = 64

    let secondsSince1970: Int

    /// Nil when the text is no such date.
    init?(_ text: String) {
        guard text.utf8.count <= Self.textBytesMax else { return nil }
        let parts = text.lowercased().split { " ,-:".contains($0) }.map(String.init)
        let day: String
        let month: String
        let year: String
        let clock: ArraySlice<String>
        if parts.count == 8, parts[7] == "gmt" {
            (day, month, year, clock) = (parts[1], parts[2], parts[3], parts[4...6])
        } else if parts.count == 7 {
            (month, day, clock, year) = (parts[1], parts[2], parts[3...5], parts[6])
        } else {
            return nil
        }
        let time = clock.compactMap(Self.number)
        guard let monthIndex = Self.months.firstIndex(of: month), let dayNumber = Self.number(day),
            let yearNumber = Self.number(year).map({ Self.fullYear($0, digits: year.count) }), time.count == 3,
            (1...31).contains(dayNumber), (1970...9999).contains(yearNumber), time[0] < 24, time[1] < 60, time[2] <= 60
        else { return nil }
        let days = Self.days(year: yearNumber, month: monthIndex + 1, day: dayNumber)
        secondsSince1970 = ((days * 24 + time[0]) * 60 + time[1]) * 60 + time[2]
    }

    static func < (left: Self, right: Self) -> Bool { left.secondsSince1970 < right.secondsSince1970 }

    private static func number(_ text: String) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } && text.utf8.count <= 4
            ? Int(text) : nil
    }

    /// Two digits: those years that are near, since a header is about the present.
    private static func fullYear(_ year: Int, digits: Int) -> Int {
        digits > 2 ? year : year < 70 ? 2000 + year : 1900 + year
    }

    /// Days from 1 January 1970 in the Gregorian calendar, counted in years that begin with March so that the leap day
    /// is a year's last.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let leapDays = shifted / 4 - shifted / 100 + shifted / 400
        return shifted * 365 + leapDays + dayOfYear - 719_468
    }
}
