import ArgumentParser
import Backup
import UnixSignals

/// Options of commands that run long, and how they end before their time.
struct RunningOptions: ParsableArguments {
    @Option(help: "The folder of pg_dump and pg_restore; otherwise they are looked for by the server's version.")
    var postgresBin: String?
    @Option(help: "Give up after this many minutes; 1 to 10,080.") var timeoutMinutes = 720
    @Option(help: "Write the folder's metrics to this file, for a collector of text files.") var metricFile: String?

    func validate() throws {
        guard (1...10_080).contains(timeoutMinutes) else {
            throw ValidationError("--timeout-minutes is \(timeoutMinutes), allowed is 1 to 10080")
        }
    }

    /// Runs `body` until it ends, a signal comes or the time is up; then it is cancelled and waited for, so that it can
    /// clean up.
    func interruptible<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) {
                    throw Interruption("interrupted by \(signal): nothing was kept and nothing was changed")
                }
                return nil
            }
            group.addTask { [timeoutMinutes] in
                try await Task.sleep(for: .seconds(timeoutMinutes * 60))
                throw Interruption("not done after \(timeoutMinutes) minutes: nothing was kept and nothing was changed")
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    func writeMetrics(of folder: String) async throws {
        guard let metricFile else { return }
        try await BackupFolder(folder).writeMetrics(to: metricFile)
    }

    private struct Interruption: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }
}
