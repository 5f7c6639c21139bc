import Embedding
import Foundation
import TestSupport
import VectorCollections
import Workers

@testable import Recommend

/// A vector by the words of a text: texts that share words are near. Small, quick, and the same everywhere.
struct WordEmbedder: Embedder {
    let model = EmbeddingModel(name: "words", revision: "1", dimension: 64)

    func embed(_ texts: [String]) async throws -> [[Float]] { texts.map(vector) }

    private func vector(of text: String) -> [Float] {
        // A little of one direction, so that no text is without one.
        var sum = [Float](repeating: 0.05, count: model.dimension)
        let scanned = ScannedText(text)
        for word in scanned.words(in: 0..<scanned.scalars.count) {
            var hash: UInt64 = 14_695_981_039_346_656_037
            for byte in word.text.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
            var generator = SeededGenerator(seed: hash)
            for index in sum.indices { sum[index] += Float.random(in: -1...1, using: &generator) }
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return sum.map { $0 / length }
    }
}

/// A bank in an engine of its own, and what suggests from it.
struct SuggestionScene {
    struct Question {
        let id: UUID
        let text: String
        var skills: [String] = []
        var roles: [String] = []
        var category = ""
        var difficulty = "medium"
        var areSkillsInferred = false
    }

    /// The last one is not in the vocabulary.
    static let skills = [
        "Python", "Go", "Django", "SQL", "PostgreSQL", "CI/CD", "C++", "Node.js", "AWS", "Budgeting", "Communication",
        "PHP", "kiosk",
    ]
    static let roles = [
        Role(role: "backend_engineer", title: "Backend Engineer", field: "software", aliases: [], related: []),
        Role(role: "accountant", title: "Accountant", field: "finance", aliases: [], related: []),
    ]
    private static let words = [
        "explain", "design", "measure", "failure", "index", "thread", "review", "budget", "queue", "cache", "conflict",
        "deploy", "schema", "latency", "team", "risk",
    ]

    let suggestions: QuestionSuggestions
    let collection: VectorCollections.Collection

    /// - Parameter questions: loaded in this order, at `position`.
    init(_ questions: [Question], workers: WorkerPool, position: Position = 1) async throws {
        let embedder = WordEmbedder()
        collection = VectorCollections.Collection(
            schema: .questions(dimension: embedder.model.dimension, model: "\(embedder.model)"), workers: workers)
        try await Self.load(questions, into: collection, by: embedder)
        collection.completeLoad(at: position)
        suggestions = QuestionSuggestions(
            vocabulary: Fixtures.vocabulary, roles: try RolesCatalog(roles: Self.roles),
            index: QuestionIndex(collection: collection), embedder: embedder)
    }

    /// Stores a question as the change at `position`.
    func store(_ question: Question, at position: Position) async throws {
        try collection.apply([
            Change(
                position: position, id: question.id, operation: .upsert(try await Self.point(question, WordEmbedder())))
        ])
    }

    func delete(_ id: UUID, at position: Position) throws {
        try collection.apply([Change(position: position, id: id, operation: .delete)])
    }

    private static func load(
        _ questions: [Question], into collection: VectorCollections.Collection, by embedder: WordEmbedder
    ) async throws {
        for question in questions { try collection.load([try await point(question, embedder)]) }
    }

    private static func point(_ question: Question, _ embedder: WordEmbedder) async throws -> Point {
        Point(
            id: question.id, vector: try await embedder.embed([question.text])[0],
            payload: [
                "text": .text(question.text), "skills": .keywords(question.skills), "roles": .keywords(question.roles),
                "category": .keyword(question.category), "difficulty": .keyword(question.difficulty),
                "skills_inferred": .bool(question.areSkillsInferred),
            ])
    }

    // MARK: Random banks and posts

    static func bank(_ count: Int, _ generator: inout SeededGenerator) -> [Question] {
        (0..<count).map { number in
            let named = (0..<generator.below(3)).map { _ in skills[generator.below(skills.count)] }
            var text = (0..<6).map { _ in words[generator.below(words.count)] } + named
            text.shuffle(using: &generator)
            return Question(
                id: UUID(uuidString: String(format: "00000000-0000-4000-8000-%012d", number + 1)) ?? UUID(),
                text: "How do you \(text.joined(separator: " "))?", skills: named,
                roles: generator.chance(0.3) ? [roles[generator.below(roles.count)].role] : [],
                category: ["technical", "behavioral", "situational", ""][generator.below(4)],
                difficulty: ["easy", "medium", "hard"][generator.below(3)], areSkillsInferred: generator.chance(0.5))
        }
    }

    static func post(_ generator: inout SeededGenerator) -> String {
        let wanted = skills.shuffled(using: &generator).prefix(1 + generator.below(6))
        var lines = ["Requirements:"]
        lines += wanted.dropFirst(generator.below(2)).map { "\(1 + generator.below(9))+ years of \($0) experience." }
        lines.append(
            "You will \(words[generator.below(words.count)]) the café's \(words[generator.below(words.count)]).")
        if generator.chance(0.4), let last = wanted.last { lines.append("We use no \(last).") }
        return lines.joined(separator: "\n")
    }
}

/// Runs `body` with threads that end with it.
func withScanWorkers<Value>(_ body: (WorkerPool) async throws -> Value) async throws -> Value {
    let workers = WorkerPool(name: "scan", threadCount: 2, queueDepthMax: 64)
    defer { workers.shutdown() }
    return try await body(workers)
}
