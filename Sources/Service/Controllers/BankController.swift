import Catalog
import Foundation
import Hummingbird
import Recommend

/// `/api/v1/questions/…`: the bank as a whole: searched, filled in bulk, and looked at.
struct BankController: Sendable {
    private static let queryLengthMax = 10_000
    private static let listMax = 100

    let questions: QuestionStore
    let analytics: QuestionAnalytics
    let search: PerGeneration<QuestionSearch>
    let bulk: BulkWrite
    let publicRead: Bool
    let bodyBytesMax: Int

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.get("search", use: find)
        group.post("admin/bulk-import", use: importAll)
        group.post("admin/bulk-update", use: updateAll)
        group.get("analytics/overview", use: overview)
        group.get("analytics/usage", use: usage)
        group.get("analytics/performance", use: performance)
    }

    /// By meaning, best first, as the bank holds them.
    @Sendable private func find(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireReader(publicRead: publicRead)
        var parameters = QueryParameters(request)
        let query = parameters.requiredText("query", lengthMax: Self.queryLengthMax)
        var filters: [String: JSONValue] = [:]
        for key in ["category", "subcategory", "difficulty", "role"] {
            if let value = parameters.text(key, lengthMax: 200) { filters[key] = .string(value) }
        }
        let skills = parameters.texts("skills", countMax: 20, lengthMax: 100)
        if !skills.isEmpty { filters["skills"] = JSONValue(skills) }
        let limit = parameters.integer("limit", default: 20, in: 1...Self.listMax)
        try parameters.finish()
        let wanted = try SearchFilters(filters, strict: true)
        let answer = try await search.current.run(query, filter: wanted.filter, minScore: nil, limit: limit)
        let stored = try await questions.find(answer.hits.map(\.question.id))
        let found = try answer.hits.compactMap { hit in
            try stored[hit.question.id].map { FoundQuestionBody(question: try QuestionBody($0), score: hit.similarity) }
        }
        struct Body: Encodable {
            let results: [FoundQuestionBody]
            let total: Int
            let query: String
            let degraded: Bool?
        }
        return try JSONBody.response(
            Body(results: found, total: found.count, query: query, degraded: answer.isDegraded ? true : nil))
    }

    @Sendable private func importAll(_ request: Request, context: APIContext) async throws -> Response {
        try JSONBody.response(BulkWriteBody(try await bulk.create(try await rows(request, context))))
    }

    @Sendable private func updateAll(_ request: Request, context: APIContext) async throws -> Response {
        try JSONBody.response(BulkWriteBody(try await bulk.update(try await rows(request, context))))
    }

    private func rows(_ request: Request, _ context: APIContext) async throws -> [JSONValue] {
        struct Body: Decodable {
            let questions: [JSONValue]
        }
        try context.requireAdmin()
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        guard (1...BulkWrite.rowsMax).contains(body.questions.count) else {
            throw ValidationError(
                FieldIssue(
                    type: "too_long", field: "questions",
                    message: "List should have 1 to \(BulkWrite.rowsMax) elements, this has \(body.questions.count)"))
        }
        return body.questions
    }

    // MARK: Figures

    @Sendable private func overview(_ request: Request, context: APIContext) async throws -> Response {
        _ = try context.requireUser()
        let groups = try await analytics.groups()
        return try JSONBody.response(
            BankOverviewBody(groups, archived: try await analytics.archivedCount()))
    }

    @Sendable private func usage(_ request: Request, context: APIContext) async throws -> Response {
        _ = try context.requireUser()
        let limit = try Self.limit(request)
        struct Body: Encodable {
            let mostUsed: [QuestionBody]
            let unused: Int
            let questions: Int
            let answers: Int
        }
        let groups = try await analytics.groups()
        return try JSONBody.response(
            Body(
                mostUsed: try await analytics.questions(.mostUsed, limit: limit).map { try QuestionBody($0) },
                unused: groups.reduce(0) { $0 + $1.unused }, questions: groups.reduce(0) { $0 + $1.questions },
                answers: groups.reduce(0) { $0 + $1.answers }))
    }

    @Sendable private func performance(_ request: Request, context: APIContext) async throws -> Response {
        _ = try context.requireUser()
        let limit = try Self.limit(request)
        struct Body: Encodable {
            let groups: [BankGroupBody]
            let lowestScores: [QuestionBody]
            let highestScores: [QuestionBody]
        }
        return try JSONBody.response(
            Body(
                groups: try await analytics.groups().map(BankGroupBody.init),
                lowestScores: try await analytics.questions(.lowestScore, limit: limit).map { try QuestionBody($0) },
                highestScores: try await analytics.questions(.highestScore, limit: limit).map { try QuestionBody($0) }))
    }

    private static func limit(_ request: Request) throws -> Int {
        var parameters = QueryParameters(request)
        let limit = parameters.integer("limit", default: 10, in: 1...listMax)
        try parameters.finish()
        return limit
    }
}
