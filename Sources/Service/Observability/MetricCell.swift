import CoreMetrics
import Synchronization

/// The value of one metric with one set of labels.
final class MetricCell: Sendable {
    private struct Value {
        /// A counter's sum or a gauge's level.
        var number = 0.0
        /// A histogram's observations per bucket, the last one beyond every bound.
        var counts: [UInt64]
        var sum = 0.0
    }

    let kind: MetricFamilies.Kind
    private let bounds: [Double]
    private let value: Mutex<Value>

    init(kind: MetricFamilies.Kind, buckets: [Double]) {
        self.kind = kind
        self.bounds = buckets.isEmpty ? MetricFamilies.latencyBuckets : buckets
        self.value = Mutex(Value(counts: kind == .histogram ? Array(repeating: 0, count: bounds.count + 1) : []))
    }

    /// The series' lines of the text format.
    func lines(name: String, labels: [[String]]) -> String {
        let (number, counts, sum) = value.withLock { ($0.number, $0.counts, $0.sum) }
        guard kind == .histogram else { return "\(name)\(Self.braces(labels)) \(Self.text(number))\n" }
        var lines = ""
        var total: UInt64 = 0
        for (bound, count) in zip(bounds + [.infinity], counts) {
            total += count
            lines += "\(name)_bucket\(Self.braces(labels + [["le", Self.text(bound)]])) \(total)\n"
        }
        lines += "\(name)_sum\(Self.braces(labels)) \(Self.text(sum))\n"
        lines += "\(name)_count\(Self.braces(labels)) \(total)\n"
        return lines
    }

    private func observe(_ observation: Double) {
        switch kind {
        case .histogram:
            let bucket = bounds.firstIndex { observation <= $0 } ?? bounds.count
            value.withLock {
                $0.counts[bucket] += 1
                $0.sum += observation
            }
        case .gauge: value.withLock { $0.number = observation }
        case .counter: value.withLock { $0.number += observation }
        }
    }

    private static func braces(_ labels: [[String]]) -> String {
        if labels.isEmpty { return "" }
        return "{" + labels.map { "\($0[0])=\"\(escaped($0[1]))\"" }.joined(separator: ",") + "}"
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
        return text
    }

    private static func text(_ number: Double) -> String {
        if number == .infinity { return "+Inf" }
        if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
        return String(number)
    }
}

extension MetricCell: CounterHandler, FloatingPointCounterHandler {
    func increment(by amount: Int64) { observe(Double(amount)) }
    func increment(by amount: Double) { value.withLock { $0.number += amount } }
    /// For a total that is kept elsewhere and only read here.
    func raise(to total: Double) { value.withLock { $0.number = max($0.number, total) } }
    func reset() {
        value.withLock { value in
            value.number = 0
            value.sum = 0
            for index in value.counts.indices { value.counts[index] = 0 }
        }
    }
}

extension MetricCell: RecorderHandler {
    func record(_ value: Int64) { observe(Double(value)) }
    func record(_ value: Double) { observe(value) }
}

extension MetricCell: MeterHandler {
    func set(_ value: Int64) { observe(Double(value)) }
    func set(_ value: Double) { observe(value) }
    func decrement(by amount: Double) { value.withLock { $0.number -= amount } }
}

extension MetricCell: TimerHandler {
    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }
}
