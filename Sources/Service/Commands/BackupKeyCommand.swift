import ArgumentParser
import Backup
import Foundation

/// `greenroom backup key`
struct BackupKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make a key for encrypted backups.",
        discussion: """
            Keep it apart from the backups, and keep it well: without it they cannot be read by anybody.
            """)

    @Option(help: "Write it to this new file, readable by its owner only, instead of printing it.") var to: String?

    func run() async throws {
        let key = BackupKey.generate()
        guard let to else { return CommandOutput.line(key.revealed) }
        try await key.write(to: to)
        CommandOutput.line("\(to): \(key)")
    }
}
