import ArgumentParser
import Foundation
import Learner

extension LearnerCommand {
    /// `greenroom learner fit …`
    struct Fit: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fit", abstract: "Fit the model's coefficients on logs of answers.",
            discussion: """
                Uses the rows whose split is train. Prints the cross-validated figures of people held out, and writes the \
                coefficients as JSON.
                """)

        @Option(help: "A log of answers; may be given many times, and each counts alike.") var log: [String] = []
        @Flag(help: "Add the four simulated populations, which together count as one log.") var simulated = false
        @Option(help: "The name of the new set.") var name: String
        @Option(help: "Where the coefficients are written.") var out: String
        @Option(help: "Coefficients to start from.") var start: String?
        @Option(help: "Folds of people; 2 to 16.") var folds = 3
        @Option(help: "Rounds of the search over single numbers; 0 to 10.") var rounds = 1

        func run() throws {
            var logs = try log.map { path in
                LearnerFit.NamedLog(
                    name: URL(fileURLWithPath: path).lastPathComponent, log: try AnswerLog.read(path: path))
            }
            if simulated {
                for population in SimulatedPopulation.varied {
                    logs.append(
                        LearnerFit.NamedLog(name: population.name, log: try population.generate().log, weight: 0.25))
                }
            }
            var fit = LearnerFit()
            fit.folds = folds
            fit.rounds = rounds
            let first = try start.map { try LearnerCoefficients(json: Data(contentsOf: URL(fileURLWithPath: $0))) }
            let report = try fit.run(logs, name: name, start: first) { CommandOutput.note($0) }
            try report.coefficients.json().write(to: URL(fileURLWithPath: out), options: .atomic)
            for figures in report.logs {
                CommandOutput.line(
                    String(
                        format: "%@: AUC %.4f, log-loss %.4f, calibration error %.4f", figures.name,
                        figures.auc ?? .nan,
                        figures.logLoss, figures.calibrationError))
            }
        }
    }
}
