import NIOHTTP1

/// When an answer says that it is worth asking again.
///
/// Looked for in this order: `retry-after-ms`, `Retry-After` in seconds or as a date, and OpenAI's
/// `x-ratelimit-reset-requests` and `x-ratelimit-reset-tokens` for those allowances of which nothing remains.
enum RetryAdvice {
    /// No advice is taken to mean more than this.
    private static let secondsMax = 86_400.0

    /// How long to wait, or nil when the answer does not say. Never negative.
    /// - Parameter secondsSince1970: this machine's clock, for a date in an answer that does not tell its own time.
    static func pause(in headers: HTTPHeaders, secondsSince1970: Int) -> Duration? {
        if let text = headers.first(name: "retry-after-ms"), let value = number(text, max: secondsMax * 1_000) {
            return .seconds(value / 1_000)
        }
        if let text = headers.first(name: "retry-after") {
            if let value = number(text) { return .seconds(value) }
            if let date = HTTPDate(text) {
                // The server's own clock, where it tells it: the two machines' need not agree.
                let sent = headers.first(name: "date").flatMap(HTTPDate.init)
                let now = sent?.secondsSince1970 ?? secondsSince1970
                return .seconds(min(Double(max(date.secondsSince1970 - now, 0)), secondsMax))
            }
        }
        let resets = ["requests", "tokens"].compactMap { allowance -> Double? in
            let remaining = headers.first(name: "x-ratelimit-remaining-\(allowance)")
            guard remaining == nil || remaining == "0" else { return nil }
            return headers.first(name: "x-ratelimit-reset-\(allowance)").flatMap(spelledSeconds)
        }
        return resets.max().map { .seconds($0) }
    }

    /// A plain number that is not negative; one above the limit counts as the limit.
    private static func number(_ text: String, max limit: Double = secondsMax) -> Double? {
        let trimmed = text.trimmingPrefix { $0 == " " }
        guard let value = Double(trimmed), value.isFinite, value >= 0 else { return nil }
        return min(value, limit)
    }

    /// Seconds in a text such as "6m0s", "20ms", "1h2m3.5s" or "12", which are seconds.
    private static func spelledSeconds(_ text: String) -> Double? {
        if let plain = number(text) { return plain }
        let units: [String: Double] = ["ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400]
        var seconds = 0.0
        var rest = text.lowercased()[...]
        guard !rest.isEmpty, rest.utf8.count <= 32 else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let value = Double(digits), let scale = units[String(unit)] else { return nil }
            seconds += value * scale
        }
        return min(seconds, secondsMax)
    }
}
