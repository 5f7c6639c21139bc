import Foundation
import Metrics
import Synchronization

/// Holds the values of all metrics and writes them in the Prometheus text format 0.0.4; the backend of swift-metrics.
///
/// A recorder that aggregates and a timer become histograms (timers in seconds), other recorders and meters gauges.
/// At most `seriesMax` label sets are kept for a name; further ones are dropped and counted under
/// `metrics_series_dropped_total`, so that no caller can make the exposition grow without bound.
final class MetricRegistry: Sendable {
    static let seriesMax = 2_000

    private struct Series: Hashable {
        let name: String
        /// In the order given: the same metric is always recorded with its labels in one order.
        let labels: [[String]]
    }

    private struct State {
        var cells: [Series: MetricCell] = [:]
        var seriesByName: [String: Int] = [:]
        var dropped = 0
    }

    private let state = Mutex(State())
    /// Reads values that are known only when asked for, such as the process's memory.
    private let collectors = Mutex<[@Sendable () -> Void]>([])

    /// Runs `collect` before each exposition.
    func addCollector(_ collect: @escaping @Sendable () -> Void) { collectors.withLock { $0.append(collect) } }

    /// The text that a Prometheus server scrapes; families and series in alphabetical order.
    func exposition() -> String {
        for collect in collectors.withLock({ $0 }) { collect() }
        let (cells, dropped) = state.withLock { ($0.cells, $0.dropped) }
        var text = ""
        let families = Dictionary(grouping: cells, by: \.key.name)
        for (name, members) in families.sorted(by: { $0.key < $1.key }) {
            if let help = MetricFamilies.byName[name]?.help { text += "# HELP \(name) \(help)\n" }
            text += "# TYPE \(name) \(members[0].value.kind.rawValue)\n"
            let lines = members.map { member in
                member.value.lines(name: name, labels: member.key.labels)
            }
            text += lines.sorted().joined()
        }
        if dropped > 0 {
            text += "# HELP metrics_series_dropped_total Label sets beyond the limit of a name.\n"
            text += "# TYPE metrics_series_dropped_total counter\nmetrics_series_dropped_total \(dropped)\n"
        }
        return text
    }

    /// A counter whose total is kept elsewhere and set by `raise(to:)`.
    func total(_ name: String) -> MetricCell { cell(name, [], .counter) }

    private func cell(_ label: String, _ dimensions: [(String, String)], _ kind: MetricFamilies.Kind) -> MetricCell {
        let series = Series(name: Self.validName(label), labels: dimensions.map { [Self.validName($0.0), $0.1] })
        return state.withLock { state in
            if let cell = state.cells[series] { return cell }
            let cell = MetricCell(kind: kind, buckets: MetricFamilies.byName[label]?.buckets ?? [])
            guard state.seriesByName[series.name, default: 0] < Self.seriesMax else {
                state.dropped += 1
                return cell
            }
            state.seriesByName[series.name, default: 0] += 1
            state.cells[series] = cell
            return cell
        }
    }

    private static func validName(_ name: String) -> String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") ? $0 : "_" })
    }
}

extension MetricRegistry: MetricsFactory {
    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        cell(label, dimensions, .counter)
    }

    func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        cell(label, dimensions, .counter)
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        cell(label, dimensions, aggregate ? .histogram : .gauge)
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        cell(label, dimensions, .gauge)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        cell(label, dimensions, .histogram)
    }

    // A series lives as long as the process: a counter that came and went would look like a restart.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}
