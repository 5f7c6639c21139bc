public import Foundation

/// `backups.json` in a folder of backups: when a backup and a restore drill last succeeded. The service reads it for its
/// metrics.
public struct BackupState: Codable, Sendable, Equatable {
    public struct Success: Codable, Sendable, Equatable {
        public let file: String
        public let finishedAt: Date
        public let seconds: Double
        /// Of the archive.
        public let bytes: UInt64

        public init(file: String, finishedAt: Date, seconds: Double, bytes: UInt64) {
            self.file = file
            self.finishedAt = finishedAt
            self.seconds = seconds
            self.bytes = bytes
        }
    }

    static let file = "backups.json"
    private static let bytesMax: UInt64 = 1 << 20

    public var lastBackup: Success?
    /// The last archive that was restored in full, as a drill or in earnest.
    public var lastRestore: Success?

    public init() {}

    /// Blocks.
    /// - Returns: nil where the folder has no such file.
    /// - Throws: `BackupError.file`; `DecodingError` where the file is something else.
    public init?(folder: String) throws {
        guard let content = try BackupFolder.content(of: folder + "/" + Self.file, bytesMax: Self.bytesMax) else {
            return nil
        }
        self = try ArchiveJSON.decode(BackupState.self, from: content)
    }

    /// In Prometheus' text format, for a collector of text files.
    public var exposition: String {
        var text = ""
        func gauge(_ name: String, _ help: String, _ value: Double?) {
            guard let value else { return }
            text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n\(name) \(value)\n"
        }
        gauge(
            "backup_last_success_timestamp_seconds", "When the last backup succeeded, in Unix time.",
            lastBackup?.finishedAt.timeIntervalSince1970)
        gauge("backup_last_duration_seconds", "How long the last successful backup took.", lastBackup?.seconds)
        gauge("backup_last_size_bytes", "Size of the last successful backup.", (lastBackup?.bytes).map(Double.init))
        gauge(
            "restore_last_success_timestamp_seconds", "When a backup was last restored and verified, in Unix time.",
            lastRestore?.finishedAt.timeIntervalSince1970)
        gauge(
            "restore_last_duration_seconds", "How long the last successful restore took, verification included.",
            lastRestore?.seconds)
        return text
    }
}
