import ArgumentParser
import Embedding
import Foundation
import Recommend

extension EvaluateCommand {
    /// `greenroom evaluate suggestions …`
    struct Suggestions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Suggest questions of a file for the posts of another, and measure the suggestions.",
            discussion: """
                Questions are JSON Lines with id, text and topic, posts with id, role, text, difficulty and topics, an \
                object of weights. Loads the questions into an engine of their own, asks for each post as the API does, \
                and writes {"id", "ranked"} lines. With --stored the questions go into a throw-away database on the \
                server of DATABASE_URL first, for which the role needs CREATEDB, and into the engine from its log. A question's topic is its skill tag; with --no-tags skills are inferred \
                from its text. Reads GREENROOM_MODEL_DIR, GREENROOM_DATA_DIR and the settings of embeddings.
                """)

        private static let partNames = SuggestionPart.allCases.map(\.rawValue).joined(separator: ", ")
        private static let listMax = 10

        @Option(help: "The questions, JSON Lines.") var questions: String
        @Option(help: "The posts, JSON Lines.") var posts: String
        @Option(help: "Where the ranked ids are written; nowhere without.") var out: String?
        @Flag(help: "Leave the questions' topics out and infer skills from their text.") var noTags = false
        @Option(help: "A part to leave out: \(partNames). May be given several times.")
        var without: [String] = []
        @Flag(help: "Store the questions in a throw-away database and follow its log, as in service.")
        var stored = false
        @Flag(help: "Print the figures as JSON.") var json = false

        private struct LabelledQuestion: Decodable {
            let id: String
            let text: String
            let topic: String?
            let tags: [String]?

            var skills: [String] { tags ?? topic.map { [$0] } ?? [] }
        }

        private struct LabelledPost: Decodable {
            let id: String
            let role: String?
            let text: String
            let difficulty: String?
            let topics: [String: Double]?
        }

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let left = try Set(
                without.map { name in
                    guard let part = SuggestionPart(rawValue: name) else {
                        throw UsageError("--without: '\(name)' is no part, allowed are \(Self.partNames)")
                    }
                    return part
                })
            let configuration = try EmbeddingConfiguration(environment: environment)
            let data = URL(fileURLWithPath: environment["GREENROOM_DATA_DIR"] ?? "data", isDirectory: true)
            let vocabulary = try SkillsVocabulary(contentsOf: data.appending(path: "skills.jsonl"))
            let roles = try RolesCatalog(contentsOf: data.appending(path: "roles.jsonl"))
            let bank: [LabelledQuestion] = try Self.read(questions, "--questions")
            let wanted: [LabelledPost] = try Self.read(posts, "--posts")
            let embedder = CachedEmbedder(try configuration.makeEmbedder(), configuration)
            let workers = BenchWorkers()
            defer { workers.shutdown() }
            let evaluated = EvaluationBank(
                entries: bank.map { EvaluationBank.Entry(text: $0.text, skills: noTags ? [] : $0.skills) },
                inference: SkillInference(vocabulary: vocabulary), embedder: embedder)
            let run: (EvaluationBank.Loaded) async throws -> Void = { loaded in
                if loaded.refusedCount > 0 { CommandOutput.note("\(loaded.refusedCount) questions were refused") }
                let suggestions = QuestionSuggestions(
                    vocabulary: vocabulary, roles: roles, index: QuestionIndex(collection: loaded.collection),
                    embedder: embedder, without: left)
                try await suggest(wanted, bank, loaded.places, by: suggestions)
            }
            var bar = ProgressBar(title: "questions", total: bank.count)
            guard stored else {
                let loaded = try await evaluated.load(on: workers.workers) { bar.show($0) }
                bar.finish()
                return try await run(loaded)
            }
            let logger = CommandLog.logger()
            try await ThrowawayDatabase.with(
                "evaluate", server: try ServiceConfiguration.database(environment: environment), logger: logger
            ) { database in
                let loaded = try await evaluated.store(in: database, workers, logger: logger) { bar.show($0) }
                bar.finish()
                try await run(loaded)
            }
        }

        private func suggest(
            _ posts: [LabelledPost], _ bank: [LabelledQuestion], _ places: [UUID: Int],
            by suggestions: QuestionSuggestions
        ) async throws {
            var counts: [String: Int] = [:]
            for topic in bank.compactMap(\.topic) { counts[topic, default: 0] += 1 }
            var figures = SuggestionFigures(bank: counts, depth: Self.listMax)
            var lines: [String] = []
            var bar = ProgressBar(title: "posts", total: posts.count)
            for (number, post) in posts.enumerated() {
                let request = try SuggestionRequest(
                    post: post.text, role: post.role ?? "Candidate", difficulty: post.difficulty ?? "medium",
                    count: Self.listMax)
                let ranked = try await suggestions.run(request).suggestions
                    .compactMap { places[$0.question.id] }.map { bank[$0] }
                figures.add(ranked.map { $0.topic ?? "" }, wanted: post.topics ?? [:])
                let line: JSONValue = ["id": .string(post.id), "ranked": .array(ranked.map { .string($0.id) })]
                lines.append(try line.text())
                bar.show(number + 1)
            }
            bar.finish()
            if let out { try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: out)) }
            try tell(figures)
        }

        private func tell(_ figures: SuggestionFigures) throws {
            if json {
                let rounded: JSONValue = [
                    "posts": .integer(figures.posts), "ndcg": .number(figures.ndcg),
                    "alpha_ndcg": .number(figures.alphaNdcg), "precision": .number(figures.precision),
                    "coverage": .number(figures.coverage), "depth": .integer(Self.listMax),
                ]
                return CommandOutput.line(try rounded.text())
            }
            CommandOutput.line(
                String(
                    format: "%d posts, top %d: nDCG %.4f, alpha-nDCG %.4f, precision %.4f, coverage %.4f",
                    figures.posts,
                    Self.listMax, figures.ndcg, figures.alphaNdcg, figures.precision, figures.coverage))
        }

        private static func read<Value: Decodable>(_ path: String, _ option: String) throws -> [Value] {
            let text = try String(contentsOf: try BenchCheck.file(path, option), encoding: .utf8)
            return try text.split(separator: "\n").enumerated().map { number, line in
                do {
                    return try JSONDecoder().decode(Value.self, from: Data(line.utf8))
                } catch {
                    throw UsageError("\(option): line \(number + 1) of \(path) cannot be read: \(error)")
                }
            }
        }
    }
}
