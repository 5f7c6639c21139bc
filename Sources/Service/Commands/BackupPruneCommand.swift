import ArgumentParser
import Backup
import Foundation

/// `greenroom backup prune --from DIR`
struct BackupPruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove what interrupted backups left and the backups that no rule keeps.",
        discussion: """
            Without a rule every complete backup is kept. The newest one whose checksums are right is never removed; \
            damaged ones are told and left.
            """)

    @Option(help: "The folder with the archives.") var from: String
    @OptionGroup var keeping: BackupCommand.Keeping
    @OptionGroup var running: RunningOptions
    @Flag(help: "Print the result as JSON.") var json = false

    func run() async throws {
        let rules = try keeping.rules()
        let pruning = try await running.interruptible { try await BackupFolder(from).prune(rules) }
        if json { return try CommandOutput.json(pruning) }
        for file in pruning.removed { CommandOutput.line("removed \(file)") }
        for file in pruning.damaged { CommandOutput.note("damaged, left as it is: \(file)") }
        CommandOutput.line("\(pruning.kept.count) kept, \(pruning.removed.count) removed")
    }
}
