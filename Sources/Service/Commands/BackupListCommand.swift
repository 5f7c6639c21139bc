import ArgumentParser
import Backup
import Foundation

/// `greenroom backup list --from DIR`
struct BackupListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the backups of a folder, and what interrupted ones left.",
        discussion: """
            'good' means complete: the file has its end and its envelope is right. 'greenroom backup verify' reads all of it.
            """)

    @Option(help: "The folder with the archives.") var from: String
    @Flag(help: "Print the result as JSON.") var json = false

    func run() async throws {
        let entries = try await BackupFolder(from).entries()
        if json { return try CommandOutput.json(entries) }
        if entries.isEmpty { CommandOutput.line("no backups") }
        for entry in entries {
            let key = entry.keyIdentifier.map { ", key \($0)" } ?? ""
            let reason = entry.reason.map { ": \($0)" } ?? ""
            CommandOutput.line(
                "\(entry.file)  \(entry.state.rawValue)  \(BackupCommand.megabytes(entry.bytes))\(key)\(reason)")
        }
    }
}
