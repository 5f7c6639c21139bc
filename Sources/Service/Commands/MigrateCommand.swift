import ArgumentParser
import Foundation
import Logging
import Migrations
import Storage

/// `greenroom migrate up|down|status|verify`
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database's schema up or down, or tell its state.",
        discussion: "Reads DATABASE_URL. Two runs at once are safe: the second waits for the first.",
        subcommands: [Up.self, Down.self, Status.self, Verify.self], defaultSubcommand: Up.self)

    struct Options: ParsableArguments {
        @Flag(help: "Tell what would be done and change nothing.") var dryRun = false
        @Flag(help: "Print the result as JSON.") var json = false
    }

    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Apply what is pending.")
        @OptionGroup var options: Options
        @Option(help: "Stop at this version.") var to: Int?

        func run() async throws {
            try await MigrateCommand.withMigrator { migrator in
                let applied = try await migrator.up(to: to, dryRun: options.dryRun)
                try MigrateCommand.report(applied, done: "applied", options)
            }
        }
    }

    struct Down: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revert everything above a version.")
        @OptionGroup var options: Options
        @Option(help: "The version to go back to; 0 reverts everything.") var to: Int

        func run() async throws {
            try await MigrateCommand.withMigrator { migrator in
                let reverted = try await migrator.down(to: to, dryRun: options.dryRun)
                try MigrateCommand.report(reverted, done: "reverted", options)
            }
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the migrations and their state.")
        @Flag(help: "Print the result as JSON.") var json = false

        private struct Line: Encodable {
            let version: Int
            let name: String
            let state: String
            let appliedAt: Date?
        }

        func run() async throws {
            try await MigrateCommand.withMigrator { migrator in
                let lines = try await migrator.status().map { status in
                    Line(
                        version: status.version, name: status.name, state: "\(status.state)",
                        appliedAt: status.appliedAt)
                }
                if json { return try CommandOutput.json(lines) }
                for line in lines {
                    let applied = line.appliedAt.map { " at \($0.formatted(.iso8601))" } ?? ""
                    CommandOutput.line(String(format: "%04d %@: %@%@", line.version, line.name, line.state, applied))
                }
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fail unless the schema is exactly that of this version.")
        @Flag(help: "Print the result as JSON.") var json = false

        func run() async throws {
            try await MigrateCommand.withMigrator { migrator in
                try await migrator.verify()
                if json {
                    try CommandOutput.json(["status": "ok"])
                } else {
                    CommandOutput.line("the schema is up to date")
                }
            }
        }
    }

    private struct Change: Encodable {
        let version: Int
        let name: String
    }

    private static func report(_ migrations: [Migration], done: String, _ options: Options) throws {
        if options.json {
            return try CommandOutput.json(migrations.map { Change(version: $0.version, name: $0.name) })
        }
        if migrations.isEmpty { CommandOutput.line("nothing to do") }
        for migration in migrations {
            let verb = options.dryRun ? "would be \(done)" : done
            CommandOutput.line(String(format: "%04d %@: %@", migration.version, migration.name, verb))
        }
    }

    private static func withMigrator(_ body: (Migrator) async throws -> Void) async throws {
        try await withCommandDatabase { database in
            try await body(try Migrator(database: database, migrations: Migration.shipped, logger: CommandLog.logger()))
        }
    }
}
