import ArgumentParser

/// `greenroom evaluate …`
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measure the parts that decide, on data whose answers are known.",
        subcommands: [Suggestions.self, LearnerLog.self, Recommendations.self, Coach.self])
}
