import ArgumentParser

/// `greenroom learner …`
struct LearnerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learner", abstract: "Fit, try and rebuild the model of what a person can answer.",
        subcommands: [Fit.self, Simulate.self, Rebuild.self])
}
