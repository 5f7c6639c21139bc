import NIOHTTP1
import Testing

@testable import Embedding

@Suite struct RetryAdviceTests {
    private func pause(_ headers: [(String, String)], now: Int = 784_111_700) -> Duration? {
        RetryAdvice.pause(in: HTTPHeaders(headers), secondsSince1970: now)
    }

    @Test func readsSecondsMillisecondsAndDates() {
        #expect(pause([("Retry-After", "7")]) == .seconds(7))
        #expect(pause([("Retry-After", "0.5")]) == .seconds(0.5))
        #expect(pause([("retry-after-ms", "250"), ("Retry-After", "7")]) == .seconds(0.25))
        #expect(pause([("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")]) == .seconds(77))
        #expect(pause([("Retry-After", "Sun, 06 Nov 1994 08:00:00 GMT")]) == .zero, "a date that is over")
        let own = [("Date", "Sun, 06 Nov 1994 08:49:30 GMT"), ("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")]
        #expect(pause(own, now: 0) == .seconds(7), "by the server's clock, not by ours")
    }

    @Test func readsTheResetsOfWhatIsUsedUp() {
        let headers = [
            ("x-ratelimit-remaining-requests", "12"), ("x-ratelimit-reset-requests", "1h"),
            ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "6m0s"),
        ]
        #expect(pause(headers) == .seconds(360))
        #expect(pause([("x-ratelimit-reset-requests", "20ms")]) == .seconds(0.02))
        #expect(pause([("x-ratelimit-reset-tokens", "1h2m3.5s")]) == .seconds(3_723.5))
        #expect(pause([("x-ratelimit-reset-tokens", "12")]) == .seconds(12))
        #expect(pause(headers + [("Retry-After", "2")]) == .seconds(2), "Retry-After is the better advice")
    }

    @Test func passesOverNonsenseAndBoundsTheRest() {
        for text in ["", "soon", "-1", "nan", "inf", "0x1p9 s"] {
            #expect(pause([("Retry-After", text), ("retry-after-ms", text)]) == nil, "\(text)")
        }
        for text in ["", "5x", "s", "1h-2m", "1.2.3s", String(repeating: "1", count: 40) + "s"] {
            #expect(pause([("x-ratelimit-reset-tokens", text)]) == nil, "\(text)")
        }
        #expect(pause([("Retry-After", "1e30")]) == .seconds(86_400))
        #expect(pause([("Retry-After", "Sun, 06 Nov 9994 08:49:37 GMT")]) == .seconds(86_400))
        #expect(pause([("x-ratelimit-reset-tokens", "9999999d")]) == .seconds(86_400))
        #expect(pause([]) == nil)
    }
}
