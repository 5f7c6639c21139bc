import Foundation
import Logging
import Metrics

/// CPU time and memory of this process, read from the kernel when metrics are scraped.
struct ProcessMetrics: Sendable {
    private let registry: MetricRegistry
    private let logger: Logger

    init(registry: MetricRegistry, logger: Logger) {
        self.registry = registry
        self.logger = logger
    }

    /// Registers the readings with the registry.
    func start() {
        let cpu = registry.total("process_cpu_seconds_total")
        let memory = registry.makeRecorder(label: "process_resident_memory_bytes", dimensions: [], aggregate: false)
        registry.addCollector { [logger] in
            var usage = rusage()
            if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
                cpu.raise(to: Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime))
            }
            do {
                let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
                if pages.count > 1, let resident = Int64(pages[1]) {
                    memory.record(resident * Int64(sysconf(Int32(_SC_PAGESIZE))))
                }
            } catch {
                logger.debug("cannot read the process's memory", metadata: ["error": "\(error)"])
            }
        }
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}
