import ArgumentParser
import Foundation
import Learner

extension EvaluateCommand {
    /// `greenroom evaluate recommendations …`
    struct Recommendations: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "recommendations", abstract: "Measure what is recommended next on a log of ratings.",
            discussion: """
                The log has lines of user, item, rating and timestamp between commas or tabs, gzip or plain. Each person's \
                last item is ranked among all they had not met; settings are chosen by the last but one.
                """)

        @Option(help: "The log of ratings.") var ratings: String
        @Flag(help: "Print the result as JSON.") var json = false

        func run() throws {
            let log = try RatingLog.read(path: ratings)
            CommandOutput.note("\(log.sequences.count) people, \(log.itemCount) items")
            let report = try SequenceEvaluation().run(log) { CommandOutput.note($0) }
            if json { return try CommandOutput.json(report) }
            for figures in report.figures {
                CommandOutput.line(
                    String(
                        format: "%@: recall@20 %.4f, nDCG@20 %.4f, MRR %.4f", figures.name, figures.recallAt20,
                        figures.ndcgAt20, figures.mrr))
            }
            CommandOutput.line(
                String(
                    format: "item-to-item: %.1f µs a step learned, %.0f µs a ranking of all items",
                    report.microsecondsPerStep, report.microsecondsPerRanking))
        }
    }
}
