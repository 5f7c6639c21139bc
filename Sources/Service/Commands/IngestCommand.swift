import ArgumentParser
import Catalog
import Embedding
import Foundation
import Recommend
import Storage

/// `greenroom ingest questions FILE…`
struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest", abstract: "Load content from files.", subcommands: [Questions.self])

    struct Questions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load questions into the bank.",
            discussion: """
                Takes JSON Lines, CSV with a header, a JSON list, or JSON of category, topic and list; a folder stands \
                for the files in it. Loading a file again changes nothing. Lines that cannot be stored are reported by \
                number and the others are kept; the exit code is 1 then. Questions without skills get those that their text \
                tells of. Reads DATABASE_URL, GREENROOM_DATA_DIR and the settings of the model \
                that the collection serves.
                """)

        @Argument(help: "Files or folders.") var files: [String]
        @Flag(help: "Print the result as JSON.") var json = false
        @Flag(help: "Show no progress.") var quiet = false
        @Option(
            help: "What becomes of a question that says nearly the same as another: report (it is stored), or block.")
        var nearDuplicates = QuestionIngest.TwinPolicy.report

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let configuration = try EmbeddingConfiguration(environment: environment)
            let data = URL(fileURLWithPath: environment["GREENROOM_DATA_DIR"] ?? "data", isDirectory: true)
            let inference = SkillInference(
                vocabulary: try SkillsVocabulary(contentsOf: data.appending(path: "skills.jsonl")))
            let paths = try Self.expand(files)
            let reports = try await withCommandDatabase { database in
                let embedders = InstanceEmbedders(configuration)
                let model = try await GenerationBuilder.served(.questions, by: embedders, database)
                guard let embedder = try embedders.embedder(of: model)?.source else {
                    throw MissingEmbedderError(collection: .questions, model: model, models: embedders.models)
                }
                // What was left without a vector is made up for, as fast as it goes.
                _ = try await Reembedding<Question>(
                    database: database, modelID: model.id, embedder: embedder, rate: .greatestFiniteMagnitude,
                    onOutage: { CommandOutput.note("the embedder does not work, trying again: \($0)") }
                ).run()
                let bank = QuestionImport(database: database)
                var ingest = QuestionIngest(
                    bank: bank, embedder: embedder, modelID: model.id, policy: nearDuplicates, inference: inference,
                    knownTexts: try await bank.texts())
                var reports: [QuestionIngest.Report] = []
                for path in paths { reports.append(try await load(path, by: &ingest)) }
                return reports
            }
            try tell(reports)
            if reports.contains(where: { $0.failed > 0 }) { throw ExitCode(1) }
        }

        private func load(_ path: URL, by ingest: inout QuestionIngest) async throws -> QuestionIngest.Report {
            var bar: ProgressBar?
            let report = try await ingest.run(path) { done, total in
                if quiet { return }
                if bar == nil { bar = ProgressBar(title: path.lastPathComponent, total: total) }
                bar?.show(done)
            }
            bar?.finish()
            return report
        }

        private func tell(_ reports: [QuestionIngest.Report]) throws {
            if json { return try CommandOutput.json(reports) }
            for report in reports {
                for failure in report.failures {
                    CommandOutput.note("\(report.file), \(failure.place): \(failure.reason)")
                }
                for twin in report.twins {
                    CommandOutput.note("\(report.file): nearly the same:\n  \(twin.text)\n  \(twin.twin)")
                }
                CommandOutput.line(
                    "\(report.file): \(report.inserted) added, \(report.updated) changed, \(report.unchanged) as they were, "
                        + "\(report.failed) failed, \(report.nearDuplicates) nearly the same as another")
            }
        }

        /// Folders become the question files in them, in alphabetical order.
        private static func expand(_ names: [String]) throws -> [URL] {
            try names.flatMap { name -> [URL] in
                let url = URL(fileURLWithPath: name)
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
                    throw UsageError("there is no file or folder '\(name)'")
                }
                guard isFolder.boolValue else { return [url] }
                let found = try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)
                    .filter { ["jsonl", "ndjson", "json", "csv"].contains($0.pathExtension.lowercased()) }
                    .sorted { $0.path < $1.path }
                if found.isEmpty { throw UsageError("the folder '\(name)' has no .jsonl, .ndjson, .json or .csv file") }
                return found
            }
        }
    }
}

extension QuestionIngest.TwinPolicy: ExpressibleByArgument {}
