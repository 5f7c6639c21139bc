import ArgumentParser

/// `greenroom bench …`
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure parts of the service on this machine.", subcommands: [Encoder.self])

    struct Encoder: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Time the local encoder by length of text.")

        func run() async throws {}
    }
}
