import ArgumentParser

/// `greenroom learner …`
struct LearnerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learner", abstract: "Fit and try the model of what a person can answer.",
        subcommands: [Fit.self, Simulate.self])
}
