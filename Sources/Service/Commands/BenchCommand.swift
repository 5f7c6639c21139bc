import ArgumentParser

/// `greenroom bench …`
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure parts of the service on this machine.",
        subcommands: [
            Encoder.self, Ann.self, Kernels.self, Churn.self, Beside.self, Open.self, OpenSaved.self, Ingest.self,
            Durable.self,
        ])
}
