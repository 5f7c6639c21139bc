import ArgumentParser
import Backup
import Foundation

/// `greenroom backup create|list|verify|prune|key`
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Make, list, verify and prune backups; docs/backup.md tells all.",
        subcommands: [
            BackupCreateCommand.self, BackupListCommand.self, BackupVerifyCommand.self, BackupPruneCommand.self,
            BackupKeyCommand.self,
        ])

    /// Which backups stay.
    struct Keeping: ParsableArguments {
        @Option(help: "Keep this many of the newest; 0 to \(RetentionRules.countMax).") var keepLast = 0
        @Option(help: "Keep the newest of each of this many days that have one.") var keepDaily = 0
        @Option(help: "Keep the newest of each of this many weeks that have one.") var keepWeekly = 0

        func rules() throws -> RetentionRules {
            try RetentionRules(last: keepLast, daily: keepDaily, weekly: keepWeekly)
        }
    }

    /// nil where no file is named.
    static func key(_ file: String?) throws -> BackupKey? { try file.map { try BackupKey(contentsOf: $0) } }

    static func megabytes(_ bytes: UInt64) -> String { String(format: "%.1f MB", Double(bytes) / 1e6) }

    static func seconds(_ seconds: Double) -> String { String(format: "%.1f s", seconds) }
}
