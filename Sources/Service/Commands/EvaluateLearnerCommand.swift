import ArgumentParser
import Foundation
import Learner

extension EvaluateCommand {
    /// `greenroom evaluate learner …`
    struct LearnerLog: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "learner", abstract: "Play a log of answers through the model and measure its predictions.",
            discussion: """
                The log is CSV, gzip or plain: user,item,skills,correct,split and optionally time. Every row is predicted, \
                then learned from; the figures are of the rows whose split is test. Calibration error: twenty bins of equal \
                width over the prediction.
                """)

        @Option(help: "The log of answers.") var log: String
        @Option(help: "Coefficients that fit wrote; the shipped ones without.") var coefficients: String?
        @Flag(help: "Measure the order of weak skills too.") var skillOrder = false
        @Flag(help: "Print the result as JSON.") var json = false

        func run() throws {
            let set =
                try coefficients.map { try LearnerCoefficients(json: Data(contentsOf: URL(fileURLWithPath: $0))) }
                ?? LearnerCoefficients.shipped()
            let answers = try AnswerLog.read(path: log)
            CommandOutput.note("\(answers.rows.count) answers of \(answers.personCount) people")
            var shown = 0
            let report = try LearnerEvaluation(coefficients: set).run(answers, skillOrder: skillOrder) { share in
                guard Int(share * 10) > shown else { return }
                shown = Int(share * 10)
                CommandOutput.note("\(shown * 10) %")
            }
            if json { return try CommandOutput.json(report) }
            CommandOutput.line("coefficients \(report.coefficients)")
            CommandOutput.line(
                "\(report.trainAnswers) train and \(report.testAnswers) test answers, \(report.people) people, "
                    + "\(report.questions) questions, \(report.skills) skills")
            CommandOutput.line(
                String(
                    format: "AUC %.4f, accuracy %.4f, log-loss %.4f, calibration error %.4f (by quantiles %.4f)",
                    report.auc ?? .nan, report.accuracy, report.logLoss, report.calibrationError,
                    report.calibrationErrorQuantiles))
            CommandOutput.line(
                String(
                    format: "predict and update: %.3f µs an answer, %.3f of them on the processor",
                    report.microsecondsPerAnswer,
                    report.cpuMicrosecondsPerAnswer))
            guard let order = report.skillOrder else { return }
            CommandOutput.line(
                String(
                    format: "order of skills, pairs right: model %.4f, everyone's mean %.4f, own mean %.4f (%d pairs)",
                    order.model, order.everyonesMean, order.ownMean, order.pairs))
            CommandOutput.line(
                String(
                    format: "  both met before: model %.4f, everyone's mean %.4f, own mean %.4f (%d pairs)",
                    order.metModel, order.metEveryonesMean, order.metOwnMean, order.metPairs))
        }
    }
}
