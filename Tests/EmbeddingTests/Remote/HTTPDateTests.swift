import Foundation
import TestSupport
import Testing

@testable import Embedding

@Suite struct HTTPDateTests {
    @Test(arguments: ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
    func readsAllThreeForms(text: String) { #expect(HTTPDate(text)?.secondsSince1970 == 784_111_777) }

    @Test func agreesWithFoundationOnAnyDay() throws {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<500 {
            let seconds = generator.below(4_102_444_800)
            let date = Date(timeIntervalSince1970: Double(seconds))
            let format = Date.VerbatimFormatStyle(
                format: """
                    \(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .padded(4)) \
                    \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\
                    \(second: .twoDigits) GMT
                    """, locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt,
                calendar: Calendar(identifier: .gregorian))
            let text = date.formatted(format)
            #expect(HTTPDate(text)?.secondsSince1970 == seconds, "\(text)")
        }
    }

    @Test(arguments: [
        "", "soon", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Non 1994 08:49:37 GMT", "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 99999 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT" + String(repeating: " ", count: 100),
    ])
    func refusesOtherTexts(text: String) { #expect(HTTPDate(text) == nil) }
}
