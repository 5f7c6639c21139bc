import ArgumentParser
import Backup
import Foundation
import Migrations
import Storage

/// `greenroom restore FILE`
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Restore a backup and prove that it is what was backed up.",
        discussion: """
            Reads DATABASE_URL for the server, the role and, unless --database is given, the database. An empty database is \
            filled; one that is missing is made, for which the role needs CREATEDB; one that holds something is never \
            touched unless --replace sets it aside under another name. Row counts, content hashes and migrations are \
            compared with the archive, and on any failure what was there is as before. Stop the service first.
            """)

    private struct Result: Encodable {
        let restore: RestoreJob.Report
        /// Younger than the backup; nil for a drill.
        let erasures: Int?

        init(restore: RestoreJob.Report, erasures: RestoredErasures.Outcome?) {
            self.restore = restore
            self.erasures = erasures?.count
        }
    }

    @Argument(help: "The archive, or a folder whose newest good archive is meant.") var file: String
    @Option(help: "The database to restore into; otherwise the one that DATABASE_URL names.") var database: String?
    @Option(help: "The file with the key of an encrypted archive.") var encryptKeyFile: String?
    @Option(help: "Write the vector engine's files of the archive into this new folder.") var indexTo: String?
    @Flag(help: "Set the existing database aside and take its name.") var replace = false
    @Flag(help: "A drill: restore into a database of its own, compare, drop it.") var verifyOnly = false
    @OptionGroup var running: RunningOptions
    @Flag(help: "Print the result as JSON.") var json = false

    func run() async throws {
        let server = try ServiceConfiguration.database(environment: ProcessInfo.processInfo.environment)
        let target = try target(server)
        let key = try BackupCommand.key(encryptKeyFile)
        let (report, erasures) = try await running.interruptible {
            let report = try await RestoreJob(
                archive: try await Self.archive(file), key: key, server: server, migrations: Migration.shipped,
                programFolder: running.postgresBin, indexFolder: indexTo, logger: CommandLog.logger()
            ).run(target)
            return (report, try await Self.carryOver(report, server))
        }
        try await running.writeMetrics(of: Self.folder(of: report))
        if json { return try CommandOutput.json(Result(restore: report, erasures: erasures)) }
        let place = report.database.map { "restored into \($0)" } ?? "restored as a drill, and dropped again"
        CommandOutput.line(
            "\(report.file): \(place): \(report.tables) tables, \(report.rows) rows, as they were; "
                + "\(BackupCommand.seconds(report.seconds)), of which \(BackupCommand.seconds(report.verifySeconds)) to "
                + "verify the archive")
        if let kept = report.keptAs { CommandOutput.line("the old database is kept as \(kept)") }
        if report.pendingMigrations > 0, report.database != nil {
            CommandOutput.line("\(report.pendingMigrations) migrations are pending: run 'greenroom migrate up'")
        }
        switch erasures {
        case .added(let count) where count > 0:
            CommandOutput.line(
                "\(count) erasures are younger than the backup: the service applies them again before it serves")
        case .later(let count) where count > 0:
            CommandOutput.line(
                "\(count) erasures stand beside the backup, which is older than their table: start the service with "
                    + "BACKUP_DIR set to that folder, and it applies them before it serves")
        case .added, .later, nil: break
        }
    }

    private static func carryOver(
        _ report: RestoreJob.Report, _ server: DatabaseConfiguration
    ) async throws -> RestoredErasures.Outcome? {
        guard let name = report.database else { return nil }
        return try await RestoredErasures(server: server, logger: CommandLog.logger())
            .carryOver(into: name, kept: report.keptAs, folder: folder(of: report))
    }

    private static func folder(of report: RestoreJob.Report) -> String {
        URL(fileURLWithPath: report.file).deletingLastPathComponent().path
    }

    private func target(_ server: DatabaseConfiguration) throws -> RestoreJob.Target {
        if verifyOnly {
            guard !replace, database == nil, indexTo == nil else {
                throw UsageError("--verify-only takes neither --database nor --replace nor --index-to")
            }
            return .nowhere
        }
        guard let name = database ?? server.databaseName else {
            throw UsageError("DATABASE_URL names no database: name one with --database")
        }
        return replace ? .replacing(name) : .into(name)
    }

    private static func archive(_ path: String) async throws -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return path
        }
        return try await BackupFolder(path).newest()
    }
}
