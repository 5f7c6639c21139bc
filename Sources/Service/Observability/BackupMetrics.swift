import Backup
import CoreMetrics
import Foundation
import Logging

/// When the last backup and the last restore succeeded, read from the folder's `backups.json` when metrics are scraped.
///
/// Until there is one the values are 0, so that an alert on their age speaks up.
struct BackupMetrics: Sendable {
    let folder: String
    let registry: MetricRegistry
    let logger: Logger

    /// Registers the readings with the registry.
    func start() {
        let gauge = { (name: String) in registry.makeRecorder(label: name, dimensions: [], aggregate: false) }
        let backupTime = gauge("backup_last_success_timestamp_seconds")
        let backupDuration = gauge("backup_last_duration_seconds")
        let backupSize = gauge("backup_last_size_bytes")
        let restoreTime = gauge("restore_last_success_timestamp_seconds")
        let restoreDuration = gauge("restore_last_duration_seconds")
        registry.addCollector { [folder, logger] in
            do {
                guard let state = try BackupState(folder: folder) else { return }
                if let backup = state.lastBackup {
                    backupTime.record(backup.finishedAt.timeIntervalSince1970)
                    backupDuration.record(backup.seconds)
                    backupSize.record(Double(backup.bytes))
                }
                if let restore = state.lastRestore {
                    restoreTime.record(restore.finishedAt.timeIntervalSince1970)
                    restoreDuration.record(restore.seconds)
                }
            } catch {
                logger.warning(
                    "cannot read the state of backups", metadata: ["folder": "\(folder)", "error": "\(error)"])
            }
        }
    }
}
