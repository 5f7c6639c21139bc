import Catalog
public import Foundation
public import VectorCollections

/// The questions collection, in the terms of this module.
public struct QuestionIndex: Sendable {
    /// A question found, with its likeness to what was asked.
    public struct Hit: Sendable {
        public let question: BankQuestion
        /// Cosine.
        public let similarity: Double
    }

    private let collection: VectorCollections.Collection

    public init(collection: VectorCollections.Collection) { self.collection = collection }

    /// The log's position up to which the index holds the questions.
    var position: Position { collection.appliedPosition }

    /// The skills that questions carry, in the engine's compared form.
    var skills: Set<String> { collection.keywords(of: "skills").keywords }

    /// How many questions carry each skill, by the engine's compared form; the 1000 commonest skills only.
    func skillCounts() async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for facet in try await collection.facets(field: "skills", limit: Self.countedSkillsMax) {
            guard case .keyword(let name) = facet.value else { continue }
            counts[name.lowercased(), default: 0] += facet.count
        }
        return counts
    }

    /// The commonest skills of the questions that are asked of any of some roles, and how many test each.
    public func skillCounts(ofRoles roles: [String], limit: Int) async throws -> [(name: String, count: Int)] {
        let asked = Filter.anyOf("roles", roles.map(PayloadValue.keyword))
        return try await collection.facets(field: "skills", limit: limit, filter: asked).compactMap { facet in
            guard case .keyword(let name) = facet.value else { return nil }
            return (name, facet.count)
        }
    }

    private static let countedSkillsMax = 1_000

    /// What to look for: the questions nearest to a vector; with `skills` only those that have one of them, with `roles`
    /// only those asked of one of them.
    struct Query {
        let vector: [Float]
        var skills: [String]?
        var roles: [String]?
        let limit: Int

        fileprivate var request: SearchRequest {
            var parts: [Filter] = []
            if let skills { parts.append(.anyOf("skills", skills.map(PayloadValue.keyword))) }
            if let roles { parts.append(.anyOf("roles", roles.map(PayloadValue.keyword))) }
            return SearchRequest(
                vector: vector, filter: parts.isEmpty ? nil : .all(parts), limit: limit, payload: .none)
        }
    }

    /// A question with its vector, of unit length.
    public struct Entry: Sendable {
        public let question: BankQuestion
        public let vector: [Float]
    }

    /// The ids of the questions that each query finds, best first; queries without a filter share one pass.
    func search(_ queries: [Query]) async throws -> [[UUID]] {
        if queries.isEmpty { return [] }
        return try await collection.searchBatch(queries.map(\.request)).map { $0.hits.map(\.id) }
    }

    /// The questions with these ids that are there; at most 1000.
    public func entries(_ ids: [UUID]) throws -> [Entry] {
        try collection.retrieve(ids: ids, payload: .fields(BankQuestion.fields), withVector: true).map { point in
            Entry(question: BankQuestion(point.id, point.payload), vector: point.vector ?? [])
        }
    }
}

extension BankQuestion {
    /// What is read of a point's payload.
    static let fields = [
        "text", "category", "subcategory", "difficulty", "roles", "skills", "usage_count", "success_rate",
        "skills_inferred",
    ]

    /// A point of the questions collection; what its payload lacks is empty.
    init(_ id: UUID, _ payload: Payload) {
        self.init(
            id: id, text: payload.string("text") ?? "", category: payload.string("category") ?? "",
            subcategory: payload.string("subcategory"), difficulty: payload.string("difficulty") ?? "",
            roles: payload.strings("roles"), skills: payload.strings("skills"),
            usageCount: Int(payload.number("usage_count") ?? 0), successRate: payload.number("success_rate"),
            areSkillsInferred: payload["skills_inferred"] == .bool(true))
    }
}
