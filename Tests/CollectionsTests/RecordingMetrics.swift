import Metrics
import Synchronization

/// Keeps the last value of every gauge and the sum of every counter, by label and dimensions.
final class RecordingMetrics: MetricsFactory {
    private final class Cell: CounterHandler, RecorderHandler, TimerHandler {
        private let value = Mutex(0.0)
        var current: Double { value.withLock { $0 } }

        func increment(by amount: Int64) { value.withLock { $0 += Double(amount) } }
        func reset() { value.withLock { $0 = 0 } }
        func record(_ number: Int64) { value.withLock { $0 = Double(number) } }
        func record(_ number: Double) { value.withLock { $0 = number } }
        func recordNanoseconds(_ duration: Int64) { value.withLock { $0 = Double(duration) } }
    }

    private let cells = Mutex<[String: Cell]>([:])

    /// Of a metric as `label{name=value,…}`; nil where it was never made.
    subscript(name: String) -> Double? { cells.withLock { $0[name]?.current } }

    private func cell(_ label: String, _ dimensions: [(String, String)]) -> Cell {
        let name = label + "{" + dimensions.map { "\($0)=\($1)" }.joined(separator: ",") + "}"
        return cells.withLock { cells in
            let cell = cells[name] ?? Cell()
            cells[name] = cell
            return cell
        }
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler { cell(label, dimensions) }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        cell(label, dimensions)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { cell(label, dimensions) }
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}
