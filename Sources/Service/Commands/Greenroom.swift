import ArgumentParser

@main
struct Greenroom: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "greenroom",
        abstract: "Interview questions for job posts, from PostgreSQL, a local model and a built-in vector engine.",
        discussion: """
            Settings come from the environment; docs/configuration.md lists them. Every command exits with 0 on success, \
            1 when it failed, and 64 when it was called wrongly.
            """,
        version: Version.current,
        subcommands: [
            ServeCommand.self, MigrateCommand.self, IngestCommand.self, BankCommand.self, UserCommand.self,
            BackupCommand.self, RestoreCommand.self, VerifyCommand.self, ReembedCommand.self,
            BenchCommand.self, CapacityCommand.self, EvaluateCommand.self, LearnerCommand.self,
        ])
}

/// The product's version, as /health and --version tell it.
enum Version {
    static let current = "0.1.0"
}
