import ArgumentParser
import Backup
import Catalog
import Foundation
import Storage

/// `greenroom backup create --to DIR`
struct BackupCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make one consistent archive of the database.",
        discussion: """
            Reads DATABASE_URL and needs pg_dump of the server's version. Writers are not held up. The archive appears \
            under its name when it is complete, and the --keep rules are applied after that.
            """)

    private struct Result: Encodable {
        let backup: BackupJob.Report
        let removed: [String]
    }

    @Option(help: "The folder for archives; made when it is missing.") var to: String
    @Option(help: "Encrypt with the key in this file; 'greenroom backup key' makes one.") var encryptKeyFile: String?
    @Option(help: "Take the vector engine's files in this folder along.") var withIndex: String?
    @OptionGroup var keeping: BackupCommand.Keeping
    @OptionGroup var running: RunningOptions
    @Flag(help: "Print the result as JSON.") var json = false

    func run() async throws {
        let rules = try keeping.rules()
        let key = try BackupCommand.key(encryptKeyFile)
        let settings = RecordedSettings(environment: ProcessInfo.processInfo.environment).values
        let (report, pruning) = try await running.interruptible {
            let report = try await withCommandDatabase { database in
                let report = try await BackupJob(
                    database: database, folder: to, key: key, indexFolder: withIndex,
                    programFolder: running.postgresBin, productVersion: Version.current, configuration: settings
                ).run()
                let ledger = ErasureLedger(database: database)
                if try await ledger.exists() { try await ErasureFile(folder: to).add(try await ledger.entries()) }
                return report
            }
            return (report, rules.keepsAll ? nil : try await BackupFolder(to).prune(rules))
        }
        try await running.writeMetrics(of: to)
        if json { return try CommandOutput.json(Result(backup: report, removed: pruning?.removed ?? [])) }
        CommandOutput.line(
            "\(report.file): \(report.tables) tables, \(report.rows) rows, \(BackupCommand.megabytes(report.bytes)) in "
                + BackupCommand.seconds(report.seconds)
                + (report.keyIdentifier.map { ", encrypted with key \($0)" } ?? ""))
        for file in pruning?.removed ?? [] { CommandOutput.line("removed \(file)") }
    }
}
