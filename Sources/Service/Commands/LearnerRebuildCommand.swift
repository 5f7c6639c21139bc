import ArgumentParser
import Foundation
import Learner
import Recommend
import Storage

extension LearnerCommand {
    /// `greenroom learner rebuild`
    struct Rebuild: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rebuild", abstract: "Make what the learner knows anew from all answers, and compare.",
            discussion: """
                Learns from every scored answer once more, in the order in which the learner heard of them, and tells how \
                many people and questions are known otherwise than before. Answers wait meanwhile; instances that serve \
                take over the result. With --check nothing is kept, and the exit code is 1 where something differs: \
                answers that were edited or deleted since the last rebuild are a reason, since what they taught of \
                questions is only forgotten here. Reads DATABASE_URL and GREENROOM_DATA_DIR.
                """)

        @Flag(help: "Compare only.") var check = false
        @Flag(help: "Print the result as JSON.") var json = false

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let data = URL(fileURLWithPath: environment["GREENROOM_DATA_DIR"] ?? "data", isDirectory: true)
            let vocabulary = try SkillsVocabulary(contentsOf: data.appending(path: "skills.jsonl"))
            let rebuilt = try await withCommandDatabase { database in
                try await LearnerService(
                    database: database, vocabulary: vocabulary, coefficients: try LearnerCoefficients.shipped(),
                    logger: CommandLog.logger()
                ).rebuild(keeping: !check)
            }
            if json {
                try CommandOutput.json(rebuilt)
            } else {
                CommandOutput.line(
                    "\(rebuilt.answers) answers learned from: \(rebuilt.peopleDiffering) people and "
                        + "\(rebuilt.questionsDiffering) questions were known otherwise"
                        + (check ? "; nothing was kept" : ""))
            }
            if check, rebuilt.differs { throw ExitCode(1) }
        }
    }
}
