import ArgumentParser
import Catalog
import Embedding
import Foundation
import Recommend
import Storage
import VectorCollections
import Workers

/// `greenroom bank report`
struct BankCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bank", abstract: "Look at the question bank.", subcommands: [Report.self])

    struct Report: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell what the bank has much and little of, and which questions say nearly the same.",
            discussion: """
                Counts active questions by role, skill, category and level, names thin places and skills of the vocabulary \
                without a question, and finds near-duplicates by words and by meaning. Reads DATABASE_URL and \
                GREENROOM_DATA_DIR.
                """)

        private static let pageMax = 500
        private static let neighbours = 6
        private static let shownMax = 20
        private static let scanQueueDepthMax = 64

        @Flag(help: "Print everything as JSON.") var json = false

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let data = URL(fileURLWithPath: environment["GREENROOM_DATA_DIR"] ?? "data", isDirectory: true)
            let vocabulary = try SkillsVocabulary(contentsOf: data.appending(path: "skills.jsonl"))
            let roles = try RolesCatalog(contentsOf: data.appending(path: "roles.jsonl"))
            let (questions, meaning) = try await withCommandDatabase { try await Self.read($0) }
            let report = BankReport(questions, vocabulary: vocabulary, roles: roles, meaning: meaning)
            if json { try CommandOutput.json(report) } else { tell(report) }
        }

        private static func read(
            _ database: Database
        ) async throws -> ([BankReport.Question], [(UUID, NearDuplicates.Twin)]) {
            let registry = ModelRegistry(database: database)
            guard let model = try await registry.serving(.questions) else { return ([], []) }
            let feed = ItemFeed<Question>(database: database, modelID: model)
            var items: [IndexedItem<Question>] = []
            var cursor: UUID?
            repeat {
                let page = try await feed.page(after: cursor, limit: pageMax)
                items += page
                cursor = page.count < pageMax ? nil : page.last?.item.id
            } while cursor != nil
            let questions = items.map { item in
                let draft = item.item.draft
                return BankReport.Question(
                    id: item.item.id, text: draft.questionText, category: draft.category,
                    level: draft.difficulty.rawValue, roles: draft.compatibleRoles, skills: draft.requiredSkills)
            }
            return (questions, try await neighbours(of: items))
        }

        /// By an index of their own, so that it takes n log n and no service has to run.
        private static func neighbours(
            of items: [IndexedItem<Question>]
        ) async throws -> [(UUID, NearDuplicates.Twin)] {
            guard let dimension = items.first?.vector.count else { return [] }
            let workers = WorkerPool(
                name: "scan", threadCount: ProcessInfo.processInfo.activeProcessorCount,
                queueDepthMax: scanQueueDepthMax)
            defer { workers.shutdown() }
            let collection = VectorCollections.Collection(
                schema: .questions(dimension: dimension, model: "bank"), workers: workers)
            try collection.load(items.map { Point(id: $0.item.id, vector: $0.vector, payload: [:]) })
            collection.completeLoad(at: Position.start)
            try await collection.optimise()
            var pairs: [(UUID, NearDuplicates.Twin)] = []
            for item in items {
                let request = SearchRequest(vector: item.vector, limit: neighbours)
                for hit in try await collection.search(request).hits
                where hit.id != item.item.id && NearDuplicates.isNear(cosine: Double(hit.score)) {
                    let twin = NearDuplicates.Twin(id: hit.id, similarity: Double(hit.score), evidence: .meaning)
                    pairs.append((item.item.id, twin))
                }
            }
            return pairs
        }

        private func tell(_ report: BankReport) {
            func list(_ counts: [String: Int]) -> String {
                counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
                    .joined(separator: ", ")
            }
            CommandOutput.line("\(report.total) questions, \(report.untagged) without a skill")
            CommandOutput.line("by category: \(list(report.byCategory))")
            CommandOutput.line("by level: \(list(report.byLevel))")
            CommandOutput.line("\nroles with thin places:")
            for role in report.roles.filter({ !$0.thin.isEmpty }).sorted(by: { $0.total < $1.total })
                .prefix(Self.shownMax)
            {
                CommandOutput.line(
                    "  \(role.role) (\(role.total)): fewer than \(BankReport.thinBelow) of \(role.thin.joined(separator: ", "))"
                )
            }
            CommandOutput.line("\nskills: \(report.skills.count) with questions, \(report.skillsWithout.count) without")
            CommandOutput.line("\nnear-duplicates: \(report.nearDuplicates.count)")
            for pair in report.nearDuplicates.prefix(Self.shownMax) {
                CommandOutput.line(String(format: "  %.2f by %@", pair.similarity, pair.evidence))
                for text in pair.texts { CommandOutput.line("    \(text)") }
            }
        }
    }
}
