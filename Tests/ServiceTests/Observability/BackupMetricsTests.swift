import Foundation
import Logging
import Testing

@testable import greenroom

@Suite struct BackupMetricsTests {
    @Test func followsTheFoldersState() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "backups-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let registry = MetricRegistry()
        BackupMetrics(
            folder: folder.path, registry: registry, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ).start()
        #expect(registry.exposition().contains("\nbackup_last_success_timestamp_seconds 0\n"))
        let state = folder.appending(path: "backups.json")
        let text = """
            {"last_backup": {"file": "x", "finished_at": "2026-01-05T00:00:00Z", "seconds": 2.5, "bytes": 7}}
            """
        try Data(text.utf8).write(to: state)
        let exposition = registry.exposition()
        #expect(exposition.contains("\nbackup_last_success_timestamp_seconds 1767571200\n"))
        #expect(exposition.contains("\nbackup_last_duration_seconds 2.5\n"))
        #expect(exposition.contains("\nrestore_last_success_timestamp_seconds 0\n"))
        // A file that cannot be read leaves the last values.
        try Data("{".utf8).write(to: state)
        #expect(registry.exposition().contains("\nbackup_last_success_timestamp_seconds 1767571200\n"))
        try FileManager.default.removeItem(at: folder)
    }
}
