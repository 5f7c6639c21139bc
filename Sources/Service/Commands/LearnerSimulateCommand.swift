import ArgumentParser
import Foundation
import Learner

extension LearnerCommand {
    /// `greenroom learner simulate …`
    struct Simulate: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "simulate", abstract: "Measure the model on simulated people, whose truth is known.")

        @Option(help: "Coefficients that fit wrote; the shipped ones without.") var coefficients: String?

        func run() throws {
            let set =
                try coefficients.map { try LearnerCoefficients(json: Data(contentsOf: URL(fileURLWithPath: $0))) }
                ?? LearnerCoefficients.shipped()
            for population in SimulatedPopulation.varied {
                let report = try SimulatedEvaluation(coefficients: set).run(population)
                CommandOutput.line(
                    String(
                        format: "%@: AUC %.4f (true probabilities %.4f), log-loss %.4f, calibration error %.4f, "
                            + "truth in the interval %.3f, %.2f µs", population.name, report.answers.auc ?? .nan,
                        report.bestAuc ?? .nan, report.answers.logLoss, report.answers.calibrationError,
                        report.coverage, report.answers.cpuMicrosecondsPerAnswer))
                guard let order = report.answers.skillOrder else { continue }
                CommandOutput.line(
                    String(
                        format: "  order of skills, pairs right: model %.4f, everyone's mean %.4f, own mean %.4f",
                        order.model, order.everyonesMean, order.ownMean))
            }
        }
    }
}
